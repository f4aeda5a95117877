// A reload stores the new configuration atomically, then changes it in place.
package main

import (
	"sync"
	"sync/atomic"
)

type Config struct {
	Hosts   []string
	Timeout int
}

type Server struct{ config atomic.Pointer[Config] }

func (s *Server) Reload(read func() *Config, override int) {
	next := read()
	if override > 0 {
		next.Timeout = override
	}
	s.config.Store(next)
}

func (s *Server) Handle() int {
	c := s.config.Load()
	return c.Timeout * len(c.Hosts)
}

func main() {
	s := &Server{}
	s.config.Store(&Config{Hosts: []string{"a"}, Timeout: 1})
	var load sync.WaitGroup
	for range 3 {
		load.Go(func() {
			for range 200 {
				s.Handle()
			}
		})
	}
	for i := range 100 {
		s.Reload(func() *Config { return &Config{Hosts: []string{"a", "b"}} }, i+1)
	}
	load.Wait()
}
