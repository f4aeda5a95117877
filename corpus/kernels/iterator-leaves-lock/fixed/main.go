// The iterator is made under the lock and runs after it.
package main

import (
	"maps"
	"slices"
	"sync"
)

type Catalog struct {
	mu     sync.Mutex
	prices map[string]int
}

func (c *Catalog) All() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Keys(c.prices))
}

func (c *Catalog) Set(name string, price int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.prices[name] = price
}

func main() {
	c := &Catalog{prices: map[string]int{"tea": 3}}
	done := make(chan struct{})
	go func() {
		for price := range 50 {
			c.Set("tea", price)
			c.Set("milk", price)
		}
		close(done)
	}()
	names := []string{}
	for range 20 {
		names = append(names, c.All()...)
	}
	_ = slices.Max(names)
	<-done
}
