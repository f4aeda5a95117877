// A crawler remembers what it has seen in a set that was made without a lock.
package main

import (
	"fmt"

	mapset "github.com/deckarep/golang-set"
)

type crawler struct{ seen mapset.Set }

func (c *crawler) visit(page string) {
	if c.seen.Contains(page) {
		return
	}
	c.seen.Add(page)
}

func main() {
	c := &crawler{seen: mapset.NewThreadUnsafeSet()}
	for i := 0; i < 4; i++ {
		go func(site int) {
			for n := 0; ; n++ {
				c.visit(fmt.Sprintf("/%d/%d", site, n%10_000))
			}
		}(i)
	}
	select {}
}
