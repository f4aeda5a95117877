// A cache keeps the two words of an interface as integers, "to spare the collector the work". The
// collector does not see the value any more and frees it; the cache gives it back nevertheless.
package main

import (
	"fmt"
	"runtime"
	"unsafe"
)

type words [2]uintptr

type cache struct {
	hidden map[int]words
}

type page struct{ body [256 << 10]byte }

func (c *cache) put(key int, value any) {
	c.hidden[key] = *(*words)(unsafe.Pointer(&value))
}

func (c *cache) get(key int) any {
	w := c.hidden[key]
	return *(*any)(unsafe.Pointer(&w))
}

var live []any

func main() {
	c := &cache{hidden: map[int]words{}}
	for key := 0; key < 100; key++ {
		c.put(key, &page{})
	}
	runtime.GC()
	runtime.GC()
	for key := 0; key < 100; key++ {
		live = append(live, c.get(key)) // fault: read
	}
	runtime.GC() // fault: fails
	fmt.Println(len(live))
}
