// A cache takes the write lock before it creates a missing entry, and looks again.
package main

import (
	"fmt"
	"sync"
)

type cache struct {
	mu      sync.RWMutex
	entries map[int]*int
}

func (c *cache) Get(key int) *int {
	c.mu.RLock()
	entry, ok := c.entries[key]
	c.mu.RUnlock()
	if ok {
		return entry
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry, ok := c.entries[key]; ok {
		return entry
	}
	entry = new(int)
	c.entries[key] = entry
	return entry
}

func main() {
	c := &cache{entries: map[int]*int{}}
	var readers sync.WaitGroup
	for i := 0; i < 4; i++ {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for n := 0; n < 10_000; n++ {
				c.Get(n)
			}
		}()
	}
	readers.Wait()
	fmt.Println(len(c.entries))
}
