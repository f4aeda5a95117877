// Every request writes its audit line after it has given up the lock of the store.
package main

import (
	"fmt"
	"sync"
	"time"
)

type store struct {
	mu    sync.Mutex
	count int
}

func (s *store) Update() {
	s.mu.Lock()
	s.count++
	s.mu.Unlock()
	s.audit()
}

//go:noinline
func (s *store) audit() {
	time.Sleep(20 * time.Millisecond)
}

func main() {
	s := &store{}
	var requests sync.WaitGroup
	for i := 0; i < 20; i++ {
		requests.Add(1)
		go func() {
			defer requests.Done()
			for n := 0; n < 3; n++ {
				s.Update()
			}
		}()
	}
	requests.Wait()
	fmt.Println(s.count)
}
