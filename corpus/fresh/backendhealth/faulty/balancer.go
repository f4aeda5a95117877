package main

import (
	"errors"
	"sync/atomic"
)

type Backend struct {
	Addr  string
	alive bool
}

type Balancer struct {
	backends []*Backend
	next     atomic.Uint32
}

func NewBalancer(addrs ...string) *Balancer {
	b := &Balancer{}
	for _, a := range addrs {
		b.backends = append(b.backends, &Backend{Addr: a, alive: true})
	}
	return b
}

var errNoBackend = errors.New("balancer: no backend is alive")

// Next picks a live backend in turn.
func (b *Balancer) Next() (*Backend, error) {
	for range b.backends {
		be := b.backends[int(b.next.Add(1))%len(b.backends)]
		if be.alive { // race: read
			return be, nil
		}
	}
	return nil, errNoBackend
}
