// A field is written while only the read lock is held.
// want CT1105 CT1004
package main

import "sync"

type Resolver struct {
	sync.RWMutex
	names   map[string]string
	lookups int
}

func (r *Resolver) Resolve(name string) string {
	r.RLock()
	defer r.RUnlock()
	r.lookups++ // race: write
	return r.names[name]
}

func main() {
	r := &Resolver{names: map[string]string{"a": "10.0.0.1"}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r.Resolve("a")
		}()
	}
	wg.Wait()
}
