// The accessor locks and returns the map itself; the caller ranges over it without the lock.
package main

import (
	"fmt"
	"maps"
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
	return maps.Clone(r.hosts)
}

func (r *Registry) Register(host string, port int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hosts[host] = port
}

func total(r *Registry) int {
	sum := 0
	for _, port := range r.Hosts() {
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
