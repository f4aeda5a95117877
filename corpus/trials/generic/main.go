// Keys of a cache are handed out as an iterator, which outlives the lock.
package main

import (
	"maps"
	"slices"
	"strconv"
	"sync"
)

type Cache[K comparable, V any] struct {
	mu      sync.RWMutex
	entries map[K]V
	onEvict func(K, V)
}

func NewCache[K comparable, V any](onEvict func(K, V)) *Cache[K, V] {
	return &Cache[K, V]{entries: make(map[K]V), onEvict: onEvict}
}

func (c *Cache[K, V]) Put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = value
}

func (c *Cache[K, V]) Keys() func(func(K) bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return maps.Keys(c.entries)
}

type user struct{ name string }

func main() {
	c := NewCache[int, *user](nil)
	go func() {
		for i := 0; ; i++ {
			c.Put(i%1000, &user{strconv.Itoa(i)})
		}
	}()
	for {
		keys := slices.Sorted(c.Keys())
		for range keys {
		}
	}
}
