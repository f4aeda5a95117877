package main

import (
	"fmt"
	"sync"
)

type stats struct {
	mu    sync.Mutex
	total int
	last  string
}

func (s *stats) add(n int) {
	s.mu.Lock()
	s.total += n
	s.mu.Unlock()
}

func (s *stats) mean(n int) float64 { return float64(s.total) / float64(n) }

func main() {
	s := &stats{}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { defer wg.Done(); s.add(3) }()
	go func() { defer wg.Done(); fmt.Println(s.mean(2)) }()
	wg.Wait()
}
