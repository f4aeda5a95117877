// Each worker builds commands of its own and runs them.
package main

import (
	"sync"

	"example.com/kernels/hooks-by-command-instance/faulty/command"
)

func work(rounds int) {
	for range rounds {
		deploy := command.New("deploy")
		deploy.Before(func() error { return nil })
		if err := deploy.Run(); err != nil {
			panic(err)
		}
	}
}

func main() {
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() { work(50) })
	}
	workers.Wait()
}
