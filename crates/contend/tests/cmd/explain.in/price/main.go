package main

import "sync"

type Prices struct {
	mu sync.RWMutex
	of map[string]float64
}

func (p *Prices) Get(name string) (float64, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	price, ok := p.of[name]
	if !ok {
		p.mu.RUnlock()
		p.fill(name)
	}
	return price, ok
}

func (p *Prices) fill(name string) {
	p.mu.Lock()
	p.of[name] = 1
	p.mu.Unlock()
}

func main() {
	p := &Prices{of: map[string]float64{}}
	p.Get("tea")
}
