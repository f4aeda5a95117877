// Lookup bumps the hit count of a record while it holds only the read lock, so two lookups write the count together.
// want race

package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

var errMiss = errors.New("dns: no such record")

type record struct {
	addrs   []string
	expires time.Time
	hits    int
}

// Cache keeps resolved names until their TTL is over.
type Cache struct {
	mu   sync.RWMutex
	recs map[string]*record
}

func NewCache() *Cache { return &Cache{recs: make(map[string]*record)} }

func (c *Cache) Put(name string, ttl time.Duration, addrs ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recs[name] = &record{addrs: addrs, expires: time.Now().Add(ttl)}
}

func (c *Cache) Lookup(name string) ([]string, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	r, ok := c.recs[name]
	if !ok || time.Now().After(r.expires) {
		return nil, errMiss
	}
	r.hits++ // race: write
	return append([]string(nil), r.addrs...), nil
}

func (c *Cache) Purge(now time.Time) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, r := range c.recs {
		if now.After(r.expires) {
			delete(c.recs, k)
			n++
		}
	}
	return n
}

func main() {
	c := NewCache()
	c.Put("db.internal", time.Minute, "10.0.0.4", "10.0.0.5")
	c.Put("mail.internal", time.Millisecond, "10.0.0.9")
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 200 {
				if _, err := c.Lookup("db.internal"); err != nil {
					fmt.Println(err)
					return
				}
			}
		}()
	}
	wg.Wait()
	fmt.Println("purged", c.Purge(time.Now().Add(time.Second)))
}
