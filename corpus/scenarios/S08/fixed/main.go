// The store waits for its workers without the lock.
package main

import "sync"

type store struct {
	mu    sync.Mutex
	items map[int]int
}

func (s *store) fill(n int) {
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			s.put(i)
		}(i)
	}
	wg.Wait()
}

func (s *store) put(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[i] = i
}

func main() {
	s := &store{items: map[int]int{}}
	s.fill(5)
}
