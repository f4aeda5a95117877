// Every request writes its audit line to a slow disk while it holds the lock of the whole store.
package main

import (
	"sync"
	"time"
)

type store struct {
	mu    sync.Mutex
	count int
}

func (s *store) Update() {
	s.mu.Lock() // fault: waits
	defer s.mu.Unlock()
	s.count++
	s.audit()
}

//go:noinline
func (s *store) audit() {
	time.Sleep(300 * time.Millisecond) // fault: holds
}

func main() {
	s := &store{}
	for i := 0; i < 8; i++ {
		go func() {
			for {
				s.Update()
			}
		}()
	}
	select {}
}
