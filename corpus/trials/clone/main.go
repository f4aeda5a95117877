// A snapshot of the routing table is cloned while routes are added.
package main

import (
	"maps"
	"time"
)

type router struct{ routes map[string]int }

func (r *router) announce() {
	for i := 0; ; i++ {
		r.routes[string(rune('a'+i%26))] = i
	}
}

func (r *router) snapshot() map[string]int { return maps.Clone(r.routes) }

func main() {
	r := &router{routes: map[string]int{"x": 1}}
	go r.announce()
	go func() {
		for {
			r.snapshot()
		}
	}()
	time.Sleep(time.Minute)
}
