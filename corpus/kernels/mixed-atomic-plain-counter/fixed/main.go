// The counter is added to atomically and read plainly.
package main

import (
	"sync"
	"sync/atomic"
)

type Server struct{ active int64 }

func (s *Server) handle() {
	atomic.AddInt64(&s.active, 1)
	defer atomic.AddInt64(&s.active, -1)
}

func (s *Server) Idle() bool {
	return atomic.LoadInt64(&s.active) == 0
}

func main() {
	s := &Server{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.handle()
		}()
	}
	s.Idle()
	wg.Wait()
}
