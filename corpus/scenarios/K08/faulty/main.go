// A hot key needs three stages: look into the cache, load once for all who miss, write under the
// lock. Each form here leaves one out.
//
//	unguarded  the write after the load takes no lock
//	stampede   every caller that misses loads by itself
//	uncached   nobody looks into the cache, so every call is a flight
package main

import (
	"os"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

type cache struct {
	mu      sync.RWMutex
	values  map[int]string
	flights singleflight.Group
}

// load asks the database, which needs a while and answers one at a time when it is slow.
func (c *cache) load(key int, took time.Duration) string {
	time.Sleep(took) // fault: waits
	return "value"
}

func (c *cache) look(key int) (string, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	value, ok := c.values[key]
	return value, ok
}

func (c *cache) unguarded(key int) string {
	if value, ok := c.values[key]; ok { // fault: read
		return value
	}
	value := c.load(key, 0)
	c.values[key] = value // fault: write
	return value
}

func (c *cache) stampede(key int) string {
	if value, ok := c.look(key); ok {
		return value
	}
	value := c.load(key, time.Hour) // fault: caller
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values[key] = value
	return value
}

func (c *cache) uncached(key int) string {
	value, _, _ := c.flights.Do("hot", func() (any, error) {
		return c.load(key, time.Millisecond), nil
	})
	return value.(string)
}

func main() {
	c := &cache{values: map[int]string{}}
	get, calls := c.unguarded, 8
	if len(os.Args) == 2 && os.Args[1] == "stampede" {
		get, calls = c.stampede, 60
	} else if len(os.Args) == 2 && os.Args[1] == "uncached" {
		get = c.uncached
	}
	var wg sync.WaitGroup
	for i := 0; i < calls; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 1_000_000; n++ {
				get(n)
			}
		}()
	}
	wg.Wait()
}
