// The ring of backends is replaced by discovery; the picker indexes it without the lock.
// want CT1112 CT1105 CT1104
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
	r.backends = backends // race: write
}

func (r *ring) pick() string {
	n := r.next.Add(1)
	return r.backends[int(n)%len(r.backends)] // race: read
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
