// A reader calls a reader while a writer waits.
package main

import (
	"sync"
	"time"
)

type Registry struct {
	mu    sync.RWMutex
	items map[string]int
}

func (r *Registry) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.items)
}

func (r *Registry) Describe(out func(int)) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	time.Sleep(20 * time.Millisecond)
	out(r.Len())
}

func (r *Registry) Set(k string, v int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.items[k] = v
}

func main() {
	r := &Registry{items: map[string]int{}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { defer wg.Done(); r.Describe(func(int) {}) }()
	go func() { defer wg.Done(); time.Sleep(5 * time.Millisecond); r.Set("a", 1) }()
	wg.Wait()
}
