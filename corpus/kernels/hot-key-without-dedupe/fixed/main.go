// A hot key: every miss loads and writes the cache, and the write has no lock.
package main

import "sync"

type cache struct {
	mu     sync.RWMutex
	values map[string]string
	load   func(string) string
}

func (c *cache) get(key string) string {
	c.mu.RLock()
	value, ok := c.values[key]
	c.mu.RUnlock()
	if ok {
		return value
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if value, ok := c.values[key]; ok {
		return value
	}
	value = c.load(key)
	c.values[key] = value
	return value
}

func main() {
	c := &cache{values: map[string]string{}, load: func(key string) string { return "value of " + key }}
	var readers sync.WaitGroup
	for range 8 {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for _, key := range []string{"hot", "hot", "cold"} {
				c.get(key)
			}
		}()
	}
	readers.Wait()
}
