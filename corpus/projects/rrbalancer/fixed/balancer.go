// The turn is an atomic counter.

// Package balance spreads calls over endpoints. Balancers are safe for concurrent use.
package balance

import (
	"context"
	"errors"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNoEndpoints is returned while there is nobody to call.
var ErrNoEndpoints = errors.New("balance: no endpoints")

// Endpoint is one server, with the client to it.
type Endpoint[C any] struct {
	Addr   string
	Weight int
	Client C
}

// Picker chooses an endpoint for one call.
type Picker[C any] interface {
	Pick() (*Endpoint[C], error)
}

// PickerBuilder makes a picker of endpoints.
type PickerBuilder[C any] func([]*Endpoint[C]) Picker[C]

type roundRobin[C any] struct {
	endpoints []*Endpoint[C]
	next      atomic.Uint64
}

// RoundRobin takes all endpoints in turn, heavier ones more often.
func RoundRobin[C any](endpoints []*Endpoint[C]) Picker[C] {
	p := &roundRobin[C]{}
	for _, e := range endpoints {
		for range max(e.Weight, 1) {
			p.endpoints = append(p.endpoints, e)
		}
	}
	return p
}

func (p *roundRobin[C]) Pick() (*Endpoint[C], error) {
	if len(p.endpoints) == 0 {
		return nil, ErrNoEndpoints
	}
	n := p.next.Add(1) - 1
	return p.endpoints[n%uint64(len(p.endpoints))], nil
}

// Dialer makes the client of an address.
type Dialer[C any] func(ctx context.Context, addr string) (C, error)

// Balancer calls endpoints that a resolver tells of.
type Balancer[C any] struct {
	dial   Dialer[C]
	build  PickerBuilder[C]
	picker atomic.Pointer[Picker[C]]
	calls  atomic.Int64

	mu        sync.Mutex
	endpoints map[string]*Endpoint[C]
}

// New returns a balancer without endpoints.
func New[C any](dial Dialer[C], build PickerBuilder[C]) *Balancer[C] {
	if build == nil {
		build = RoundRobin[C]
	}
	b := &Balancer[C]{dial: dial, build: build, endpoints: make(map[string]*Endpoint[C])}
	p := build(nil)
	b.picker.Store(&p)
	return b
}

// Update sets the addresses, with their weights.
func (b *Balancer[C]) Update(ctx context.Context, addrs map[string]int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var errs []error
	next := make(map[string]*Endpoint[C], len(addrs))
	for addr, weight := range addrs {
		e := &Endpoint[C]{Addr: addr, Weight: weight}
		if old, ok := b.endpoints[addr]; ok {
			e.Client = old.Client
		} else {
			c, err := b.dial(ctx, addr)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			e.Client = c
		}
		next[addr] = e
	}
	b.endpoints = next
	list := make([]*Endpoint[C], 0, len(next))
	for _, e := range next {
		list = append(list, e)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Addr < list[j].Addr })
	p := b.build(list)
	b.picker.Store(&p)
	return errors.Join(errs...)
}

// Do calls f with the client of an endpoint, and tries another one if it fails.
func (b *Balancer[C]) Do(ctx context.Context, f func(context.Context, C) error) error {
	b.calls.Add(1)
	var errs []error
	for range 2 {
		e, err := (*b.picker.Load()).Pick()
		if err != nil {
			return err
		}
		if err = f(ctx, e.Client); err == nil || ctx.Err() != nil {
			return err
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Resolver tells of addresses.
type Resolver interface {
	Resolve(ctx context.Context) (map[string]int, error)
}

// Watch asks the resolver now and then until ctx is done.
func (b *Balancer[C]) Watch(ctx context.Context, r Resolver, every time.Duration, onError func(error)) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		addrs, err := r.Resolve(ctx)
		if err == nil {
			err = b.Update(ctx, addrs)
		}
		if err != nil && onError != nil {
			onError(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
