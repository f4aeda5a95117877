package main

import "time"

type Prober func(addr string) bool

type Checker struct {
	lb    *Balancer
	probe Prober
	stop  chan struct{}
	gone  chan struct{}
}

func Watch(lb *Balancer, every time.Duration, p Prober) *Checker {
	c := &Checker{lb: lb, probe: p, stop: make(chan struct{}), gone: make(chan struct{})}
	go func() {
		defer close(c.gone)
		for {
			select {
			case <-c.stop:
				return
			case <-time.After(every):
				c.round()
			}
		}
	}()
	return c
}

func (c *Checker) round() {
	for _, be := range c.lb.backends {
		be.alive = c.probe(be.Addr) // race: write
	}
}

func (c *Checker) Stop() {
	close(c.stop)
	<-c.gone
}
