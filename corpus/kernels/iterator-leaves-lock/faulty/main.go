// The iterator is made under the lock and runs after it.
// want CT1003 CT1006 CT1002
package main

import (
	"iter"
	"maps"
	"slices"
	"sync"
)

type Catalog struct {
	mu     sync.Mutex
	prices map[string]int
}

func (c *Catalog) All() iter.Seq2[string, int] {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.All(c.prices) // race: escape
}

func (c *Catalog) Set(name string, price int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.prices[name] = price // race: write
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
		for name := range c.All() {
			names = append(names, name)
		}
	}
	_ = slices.Max(names)
	<-done
}
