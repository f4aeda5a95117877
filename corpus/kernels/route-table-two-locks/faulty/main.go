// Routes are added under the table's lock and looked up under the router's.
// want CT1005 CT1002 CT1105
package main

import "sync"

type router struct {
	mu      sync.Mutex
	primary *table
	drops   int
}

func (r *router) forward(prefix string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	hop, ok := r.primary.routes[prefix] // race: read
	if !ok {
		r.drops++
		return ""
	}
	return hop.gateway
}

func main() {
	r := &router{primary: &table{routes: map[string]route{}}}
	var links sync.WaitGroup
	links.Add(2)
	go func() {
		defer links.Done()
		for metric := 100; metric > 0; metric-- {
			r.primary.install("10.0.0.0/8", route{"gw1", metric})
		}
	}()
	go func() {
		defer links.Done()
		for range 100 {
			r.forward("10.0.0.0/8")
		}
	}()
	links.Wait()
}
