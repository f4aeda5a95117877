// Workers whose collector gives up at the first error.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
	"sync"
	"time"
)

type job struct{ id int }
type result struct{ id int }

func worker(jobs <-chan job, results chan<- result, wg *sync.WaitGroup) {
	defer wg.Done()
	for j := range jobs {
		results <- result{j.id}
	}
}

func save(r result) error {
	if r.id == 20 {
		return errors.New("disk full")
	}
	return nil
}

func collect(results <-chan result) {
	for r := range results {
		if err := save(r); err != nil {
			fmt.Fprintln(os.Stderr, "collector stops:", err)
			return
		}
	}
}

func run() {
	jobs := make(chan job)
	results := make(chan result, 10)
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go worker(jobs, results, &wg)
	}
	go collect(results)
	for i := range 1000 {
		jobs <- job{i}
	}
	close(jobs)
	wg.Wait()
}

func main() {
	if len(os.Args) > 1 {
		go run()
		time.Sleep(time.Second)
		pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
		return
	}
	run()
}
