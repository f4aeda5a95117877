// Len takes the read lock.

package main

import (
	"fmt"
	"sync"
)

type Thumb struct{ W, H int }

func warm(c *Cache[string, Thumb], prefix string) {
	for i := range 300 {
		c.Put(fmt.Sprintf("%s/%d", prefix, i), Thumb{i, i * 2})
	}
}

func main() {
	c := NewCache[string, Thumb](64)
	var wg sync.WaitGroup
	for _, p := range []string{"cats", "dogs"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			warm(c, p)
		}()
	}
	over := 0
	for range 300 {
		if c.Len() > 65 {
			over++
		}
	}
	wg.Wait()
	_, ok := c.Get("cats/299")
	fmt.Println(ok, over >= 0)
}
