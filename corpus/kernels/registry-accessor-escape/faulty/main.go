// The accessor locks and returns the map itself; the caller ranges over it without the lock.
// want CT1003 CT1006 CT1002
package main

import (
	"fmt"
	"sync"
)

type Registry struct {
	mu    sync.RWMutex
	hosts map[string]int
}

func NewRegistry() *Registry {
	return &Registry{hosts: make(map[string]int)}
}

func (r *Registry) Hosts() map[string]int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.hosts // race: escape
}

func (r *Registry) Register(host string, port int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hosts[host] = port // race: write
}

func total(r *Registry) int {
	sum := 0
	for _, port := range r.Hosts() { // race: read
		sum += port
	}
	return sum
}

func main() {
	r := NewRegistry()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			r.Register(fmt.Sprint("host", i), i)
		}
	}()
	for range 50 {
		total(r)
	}
	<-done
}
