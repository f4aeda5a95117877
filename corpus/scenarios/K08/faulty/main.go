// A hot key needs three stages: look into the cache, load once for all who miss, write under the
// lock. Each form here leaves one out.
//
//	unguarded  the write after the load takes no lock
//	stampede   every caller that misses loads by itself
//	uncached   nobody looks into the cache, so every call is a flight
package main

import (
	"net"
	"os"
	"sync"

	"golang.org/x/sync/singleflight"
)

type cache struct {
	mu      sync.RWMutex
	values  map[int]string
	flights singleflight.Group

	database string // its address; empty if there is none
}

// load asks the database. In the stampede it has more questions than it can answer, and is silent.
func (c *cache) load(key int) string {
	connection, err := net.Dial("tcp", c.database)
	if err != nil {
		return "value"
	}
	defer connection.Close()
	value := make([]byte, 5)
	connection.Read(value) // fault: waits
	return string(value)
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
	value := c.load(key)
	c.values[key] = value // fault: write
	return value
}

func (c *cache) stampede(key int) string {
	if value, ok := c.look(key); ok {
		return value
	}
	value := c.load(key) // fault: caller
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values[key] = value
	return value
}

func (c *cache) uncached(key int) string {
	value, _, _ := c.flights.Do("hot", func() (any, error) {
		return c.load(key), nil
	})
	return value.(string)
}

func main() {
	c := &cache{values: map[int]string{}}
	get, calls := c.unguarded, 8
	if len(os.Args) == 2 && os.Args[1] == "stampede" {
		silent, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		c.database = silent.Addr().String()
		get, calls = c.stampede, 24
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
