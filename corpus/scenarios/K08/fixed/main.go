// All three stages: look, load once, write under the lock.
package main

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

type cache struct {
	mu      sync.RWMutex
	values  map[int]string
	flights singleflight.Group
	loads   int64
}

func (c *cache) load(key int) string {
	atomic.AddInt64(&c.loads, 1)
	time.Sleep(time.Millisecond)
	return "value"
}

func (c *cache) look(key int) (string, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	value, ok := c.values[key]
	return value, ok
}

func (c *cache) get(key int) string {
	if value, ok := c.look(key); ok {
		return value
	}
	loaded, _, _ := c.flights.Do(strconv.Itoa(key), func() (any, error) {
		if value, ok := c.look(key); ok { // the flight before this one may have brought it
			return value, nil
		}
		value := c.load(key)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.values[key] = value
		return value, nil
	})
	return loaded.(string)
}

func main() {
	c := &cache{values: map[int]string{}}
	var wg sync.WaitGroup
	for i := 0; i < 50; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 1000; n++ {
				c.get(n % 100)
			}
		}()
	}
	wg.Wait()
	fmt.Println(c.loads, "loads for 100 keys and 50000 calls")
}
