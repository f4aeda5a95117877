// The lock is given up by defer, also when the job panics.
package main

import (
	"fmt"
	"sync"
)

type job func()

type runner struct {
	mu   sync.Mutex
	done map[string]int
	jobs map[string]job
}

func (r *runner) run(name string, j job) {
	defer func() {
		if cause := recover(); cause != nil {
			fmt.Println(name, "failed:", cause)
		}
	}()
	r.mu.Lock()
	defer r.mu.Unlock()
	j()
	r.done[name]++
}

func main() {
	r := &runner{done: map[string]int{}, jobs: map[string]job{}}
	for i := 0; i < 20; i++ {
		n := i
		r.jobs[fmt.Sprint("job", i)] = func() {
			if n%3 == 0 {
				panic("out of range")
			}
		}
	}
	for name, j := range r.jobs {
		r.run(name, j)
	}
	fmt.Println(len(r.done))
}
