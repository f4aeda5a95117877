package lrugeneric

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"example.com/projects/lrugeneric/fixed/cache"
)

// Lookuper is a net.Resolver, or a test double.
type Lookuper interface {
	LookupHost(ctx context.Context, host string) ([]string, error)
}

// Resolver looks hosts up and remembers the answers.
type Resolver struct {
	next    Lookuper
	answers *cache.LRU[string, []string]
	hits    atomic.Int64
	misses  atomic.Int64
	evicted atomic.Int64
}

// NewResolver returns a resolver that remembers size answers.
func NewResolver(next Lookuper, size int, ttl time.Duration) *Resolver {
	if next == nil {
		next = net.DefaultResolver
	}
	r := &Resolver{next: next}
	r.answers = cache.New(size,
		cache.WithTTL[string, []string](ttl),
		cache.WithEvict(func(string, []string) { r.evicted.Add(1) }))
	return r
}

// Lookup returns the addresses of a host.
func (r *Resolver) Lookup(ctx context.Context, host string) ([]string, error) {
	if addrs, ok := r.answers.Get(host); ok {
		r.hits.Add(1)
		return addrs, nil
	}
	r.misses.Add(1)
	addrs, err := r.next.LookupHost(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("lookup %s: %w", host, err)
	}
	r.answers.Put(host, addrs)
	return addrs, nil
}

// Warm looks the hosts up that are not known yet, all at the same time.
func (r *Resolver) Warm(ctx context.Context, hosts []string) error {
	errs := make(chan error)
	started := 0
	for _, host := range hosts {
		if r.answers.Contains(host) {
			continue
		}
		started++
		go func() {
			_, err := r.Lookup(ctx, host)
			errs <- err
		}()
	}
	var first error
	for range started {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}
