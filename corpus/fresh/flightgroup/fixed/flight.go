package main

import "sync"

type call[V any] struct {
	ready chan struct{}
	val   V
	dups  int
}

type Flight[V any] struct {
	mu    sync.Mutex
	calls map[string]*call[V]
}

// Do runs fn once for all callers that ask for key at the same time.
func (f *Flight[V]) Do(key string, fn func() V) V {
	f.mu.Lock()
	if f.calls == nil {
		f.calls = make(map[string]*call[V])
	}
	if c, ok := f.calls[key]; ok {
		c.dups++
		f.mu.Unlock()
		<-c.ready
		return c.val
	}
	c := &call[V]{ready: make(chan struct{})}
	f.calls[key] = c
	f.mu.Unlock()

	v := fn()
	c.val = v
	close(c.ready)
	f.forget(key)
	return v
}

func (f *Flight[V]) forget(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.calls, key)
}
