// A balancer moves its cursor without a lock.
// want CT1105 CT1106
package main

import "sync"

type Balancer struct {
	backends []string
	next     int
}

func (b *Balancer) Pick() string {
	b.next = (b.next + 1) % len(b.backends) // race: write
	return b.backends[b.next]
}

func main() {
	b := &Balancer{backends: []string{"a", "b", "c"}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { b.Pick() })
	}
	wg.Wait()
}
