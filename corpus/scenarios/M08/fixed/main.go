// The cache keeps interfaces, which the collector sees.
package main

import (
	"fmt"
	"runtime"
)

type cache struct {
	values map[int]any
}

type page struct{ body [256 << 10]byte }

func (c *cache) put(key int, value any) { c.values[key] = value }

func (c *cache) get(key int) any { return c.values[key] }

var live []any

func main() {
	c := &cache{values: map[int]any{}}
	for key := 0; key < 100; key++ {
		c.put(key, &page{})
	}
	runtime.GC()
	for key := 0; key < 100; key++ {
		live = append(live, c.get(key))
	}
	runtime.GC()
	fmt.Println(len(live))
}
