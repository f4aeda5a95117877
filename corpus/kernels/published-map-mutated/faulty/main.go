// The map is published by an atomic value, and then changed where it stands.
// want CT1001 CT1002 CT1007
package main

import (
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
	return r.current.Load().(map[string]string)[name] // race: read
}

func (r *registry) add(name, value string) {
	all := r.current.Load().(map[string]string)
	all[name] = value // race: write
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
