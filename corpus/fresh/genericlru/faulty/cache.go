package main

import "sync"

type Cache[K comparable, V any] struct {
	mu    sync.RWMutex
	items map[K]V
	order []K
	limit int
}

func NewCache[K comparable, V any](limit int) *Cache[K, V] {
	return &Cache[K, V]{items: make(map[K]V), limit: limit}
}

func (c *Cache[K, V]) Get(k K) (v V, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok = c.items[k]
	return v, ok
}

func (c *Cache[K, V]) Put(k K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, dup := c.items[k]; !dup {
		c.order = append(c.order, k)
	}
	c.items[k] = v // race: write
	for len(c.order) > c.limit {
		old := c.order[0]
		c.order = c.order[1:]
		delete(c.items, old) // race: write
	}
}

func (c *Cache[K, V]) Len() int {
	return len(c.items) // race: read
}
