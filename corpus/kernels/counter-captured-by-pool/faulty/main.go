// Workers count in a local variable that they capture.
// want CT1102
package main

import (
	"sync"
)

func process(jobs <-chan int, workers int) int {
	handled := 0
	var wg sync.WaitGroup
	work := func() {
		defer wg.Done()
		for range jobs {
			handled++ // race: write
		}
	}
	wg.Add(workers)
	for range workers {
		go work()
	}
	wg.Wait()
	return handled
}

func main() {
	jobs := make(chan int)
	go func() {
		defer close(jobs)
		for n := range 100 {
			jobs <- n
		}
	}()
	_ = process(jobs, 4)
}
