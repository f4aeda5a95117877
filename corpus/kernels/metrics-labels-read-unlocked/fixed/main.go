// Inc locks the counters; Value reads them without the lock.
package main

import (
	"fmt"
	"sync"
)

type Counters struct {
	sync.Mutex
	byLabel map[string]uint64
}

func (c *Counters) Inc(label string) {
	c.Lock()
	c.byLabel[label]++
	c.Unlock()
}

func (c *Counters) Value(label string) uint64 {
	c.Lock()
	defer c.Unlock()
	return c.byLabel[label]
}

func main() {
	counters := &Counters{byLabel: map[string]uint64{}}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 50 {
				counters.Inc(fmt.Sprintf("worker-%d", i))
			}
		})
	}
	for range 50 {
		_ = counters.Value("worker-0")
	}
	wg.Wait()
}
