// A struct with a mutex and a map is copied: two locks, one map.
package main

import "sync"

type Stats struct {
	mu     sync.Mutex
	counts map[string]int
}

func (s *Stats) Add(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[name]++
}

type Server struct {
	stats *Stats
}

func NewServer(defaults *Stats) *Server {
	return &Server{stats: defaults}
}

func main() {
	shared := &Stats{counts: map[string]int{}}
	a, b := NewServer(shared), NewServer(shared)
	done := make(chan struct{}, 2)
	for _, server := range []*Server{a, b} {
		go func() {
			for range 50 {
				server.stats.Add("requests")
			}
			done <- struct{}{}
		}()
	}
	<-done
	<-done
}
