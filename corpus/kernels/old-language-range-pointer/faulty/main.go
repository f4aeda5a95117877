// In a file of Go 1.20 all workers of a range loop share its variables.
// want CT1101 CT1102
//go:build go1.20

package main

import "sync"

type target struct{ host string }

type pinger struct {
	mu    sync.Mutex
	alive map[string]bool
}

func (p *pinger) ping(t *target) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.alive[t.host] = true
}

func main() {
	p := &pinger{alive: map[string]bool{}}
	targets := []*target{{"a"}, {"b"}, {"c"}, {"d"}}
	var wg sync.WaitGroup
	for _, t := range targets { // race: write
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.ping(t) // race: read
		}()
	}
	wg.Wait()
}
