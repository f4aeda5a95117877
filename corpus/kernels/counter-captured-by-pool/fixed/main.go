// Workers count in a local variable that they capture.
package main

import (
	"sync"
	"sync/atomic"
)

func process(jobs <-chan int, workers int) int {
	var handled atomic.Int64
	var wg sync.WaitGroup
	work := func() {
		defer wg.Done()
		for range jobs {
			handled.Add(1)
		}
	}
	wg.Add(workers)
	for range workers {
		go work()
	}
	wg.Wait()
	return int(handled.Load())
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
