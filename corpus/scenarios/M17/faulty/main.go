// A cache creates missing entries while it holds only the read lock.
package main

import "sync"

type cache struct {
	mu      sync.RWMutex
	entries map[int]*int
}

func (c *cache) Get(key int) *int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	entry, ok := c.entries[key] // fault: read
	if !ok {
		entry = new(int)
		c.entries[key] = entry // fault: write
	}
	return entry
}

func main() {
	c := &cache{entries: map[int]*int{}}
	for i := 0; i < 4; i++ {
		go func() {
			for n := 0; ; n++ {
				c.Get(n)
			}
		}()
	}
	select {}
}
