// Callbacks of a leader election run in goroutines of the elector and share the map of leases.
package main

import "sync"

type callbacks struct {
	onStart func(shard string)
	onStop  func(shard string)
}

type elector struct {
	cb      callbacks
	running sync.WaitGroup
}

func (e *elector) campaign(shard string) {
	e.running.Add(1)
	go func() {
		defer e.running.Done()
		e.cb.onStart(shard)
		e.cb.onStop(shard)
	}()
}

type controller struct {
	mu     sync.Mutex
	active map[string]bool
}

func (c *controller) callbacks() callbacks {
	return callbacks{
		onStart: func(shard string) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.active[shard] = true
		},
		onStop: func(shard string) {
			c.mu.Lock()
			defer c.mu.Unlock()
			delete(c.active, shard)
		},
	}
}

func main() {
	c := &controller{active: map[string]bool{}}
	e := &elector{cb: c.callbacks()}
	for _, shard := range []string{"eu", "us", "asia"} {
		e.campaign(shard)
	}
	e.running.Wait()
}
