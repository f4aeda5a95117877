package main

import (
	"sync"
	"time"
)

type registry struct {
	mu    sync.Mutex
	hooks map[string]int
}

// all hands the map out.
func (r *registry) all() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hooks
}

func (r *registry) add(name string) {
	r.mu.Lock()
	r.hooks[name]++
	r.mu.Unlock()
}

func count(hooks map[string]int) int {
	n := 0
	for range hooks {
		n++
	}
	return n
}

func refresh(r *registry) {
	hooks := r.all()
	for {
		hooks["a"] = count(r.all())
	}
}

func main() {
	r := &registry{hooks: map[string]int{}}
	go refresh(r)
	for range 4 {
		go func() {
			for {
				r.add("b")
			}
		}()
	}
	time.Sleep(5 * time.Second)
}
