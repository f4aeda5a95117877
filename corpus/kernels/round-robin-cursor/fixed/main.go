// A balancer moves its cursor without a lock.
package main

import "sync"

type Balancer struct {
	mu       sync.Mutex
	backends []string
	next     int
}

func (b *Balancer) Pick() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next = (b.next + 1) % len(b.backends)
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
