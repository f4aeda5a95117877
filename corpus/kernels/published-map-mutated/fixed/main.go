package main

import (
	"maps"
	"sync"
	"sync/atomic"
)

type registry struct{ current atomic.Value }

func newRegistry() *registry {
	r := &registry{}
	r.current.Store(map[string]string{"a": "1"})
	return r
}

func (r *registry) lookup(name string) string {
	return r.current.Load().(map[string]string)[name]
}

func (r *registry) add(name, value string) {
	all := maps.Clone(r.current.Load().(map[string]string))
	all[name] = value
	r.current.Store(all)
}

func main() {
	r := newRegistry()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for range 2000 {
			r.lookup("a")
		}
	}()
	for range 2000 {
		r.add("b", "2")
	}
	wg.Wait()
}
