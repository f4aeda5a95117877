// A cache of counts.
//
// Missing entries are made when they are asked for.
package main

import "sync"

type cache struct {
	mu      sync.RWMutex
	entries map[int]*int
}

func (c *cache) Get(key int) *int {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.entries[key]
	if !ok {
		entry = new(int)
		c.entries[key] = entry
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
