// The service registers itself in the constructor and fills its fields afterwards.
package main

import "sync"

type service struct {
	name  string
	ports []int
}

type catalogue struct {
	mu  sync.Mutex
	all []*service
}

func (c *catalogue) register(s *service) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, s)
}

func (c *catalogue) ports() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.all {
		n += len(s.ports)
	}
	return n
}

func newService(c *catalogue, name string, ports ...int) *service {
	s := &service{name: name}
	for _, port := range ports {
		s.ports = append(s.ports, port)
	}
	c.register(s)
	return s
}

func main() {
	c := &catalogue{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 200 {
			c.ports()
		}
	}()
	for range 50 {
		newService(c, "web", 80, 443)
	}
	<-done
}
