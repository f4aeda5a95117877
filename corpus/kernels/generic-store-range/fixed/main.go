// A generic store exports its keys without the lock that Set takes.
package main

import "sync"

type Store[K comparable, V any] struct {
	mu    sync.RWMutex
	items map[K]V
}

func NewStore[K comparable, V any]() *Store[K, V] {
	return &Store[K, V]{items: make(map[K]V)}
}

func (s *Store[K, V]) Set(key K, value V) {
	s.mu.Lock()
	s.items[key] = value
	s.mu.Unlock()
}

func (s *Store[K, V]) Keys() []K {
	s.mu.RLock()
	defer s.mu.RUnlock()
	keys := make([]K, 0, 8)
	for key := range s.items {
		keys = append(keys, key)
	}
	return keys
}

func main() {
	store := NewStore[int, string]()
	ready := make(chan struct{})
	go func() {
		for i := range 100 {
			store.Set(i, "x")
		}
		close(ready)
	}()
	for range 20 {
		store.Keys()
	}
	<-ready
}
