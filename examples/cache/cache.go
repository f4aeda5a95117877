// Package main is a small cache in front of a slow origin, with three faults to be found.
package main

import (
	"sync"
	"time"
)

type entry struct {
	value   string
	expires time.Time
}

// Cache keeps values for a while.
type Cache struct {
	mu      sync.Mutex
	entries map[string]entry
	ttl     time.Duration
}

// NewCache returns an empty cache whose values live for ttl.
func NewCache(ttl time.Duration) *Cache {
	return &Cache{entries: make(map[string]entry), ttl: ttl}
}

// Get returns the value of key unless it is too old.
func (c *Cache) Get(key string) (string, bool) {
	c.mu.Lock()
	found, ok := c.entries[key]
	if !ok {
		return "", false
	}
	if time.Now().After(found.expires) {
		delete(c.entries, key)
		ok = false
	}
	c.mu.Unlock()
	return found.value, ok
}

// Set stores a value.
func (c *Cache) Set(key, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = entry{value: value, expires: time.Now().Add(c.ttl)}
}
