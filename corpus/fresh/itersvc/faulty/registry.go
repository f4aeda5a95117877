package main

import (
	"iter"
	"maps"
	"sync"
)

type Instance struct {
	ID, Addr string
	Zone     int
}

type Registry struct {
	mu  sync.Mutex
	ins map[string]Instance
}

func (r *Registry) Beat(in Instance) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ins == nil {
		r.ins = make(map[string]Instance)
	}
	r.ins[in.ID] = in // race: write
}

func (r *Registry) snapshot() map[string]Instance {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.ins)
}

// InZone yields the instances of one zone.
func (r *Registry) InZone(z int) iter.Seq2[string, Instance] {
	return func(yield func(string, Instance) bool) {
		for id, in := range r.ins { // race: read
			if in.Zone == z && !yield(id, in) {
				return
			}
		}
	}
}
