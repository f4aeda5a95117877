package memo

import "sync"

type squares struct {
	mu    sync.Mutex
	known map[int]int
}

func (s *squares) of(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if square, ok := s.known[n]; ok {
		return square
	}
	s.known[n] = n * n
	return n * n
}
