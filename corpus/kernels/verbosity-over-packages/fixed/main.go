// The verbosity lives in a package of its own: the control goroutine sets it, workers read it.
package main

import (
	"sync"

	"example.com/kernels/verbosity-over-packages/fixed/level"
)

func work(units int) (logged int) {
	for range units {
		if level.Enabled(2) {
			logged++
		}
	}
	return logged
}

func control(commands <-chan int) {
	for n := range commands {
		level.Set(n)
	}
}

func main() {
	commands := make(chan int)
	go control(commands)
	var workers sync.WaitGroup
	for range 3 {
		workers.Go(func() { work(1000) })
	}
	for n := range 4 {
		commands <- n
	}
	close(commands)
	workers.Wait()
}
