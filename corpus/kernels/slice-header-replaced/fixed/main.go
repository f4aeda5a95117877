// The ring of backends is replaced by discovery; the picker indexes it without the lock.
package main

import (
	"sync"
	"sync/atomic"
)

type ring struct {
	mu       sync.RWMutex
	backends []string
	next     atomic.Uint32
}

func (r *ring) update(backends []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.backends = backends
}

func (r *ring) pick() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	n := r.next.Add(1)
	return r.backends[int(n)%len(r.backends)]
}

func discover(r *ring, rounds int) {
	for i := range rounds {
		r.update(make([]string, 1+i%5))
	}
}

func main() {
	r := &ring{backends: []string{"b0"}}
	finished := make(chan struct{})
	go func() {
		discover(r, 200)
		close(finished)
	}()
	for range 200 {
		r.pick()
	}
	<-finished
}
