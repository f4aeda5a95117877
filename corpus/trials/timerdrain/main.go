// Every request puts off the end of its session. Stop says that the timer has fired, and its value is
// waited for, but somebody else has taken it.
package main

import (
	"sync"
	"time"
)

type session struct {
	mu    sync.Mutex
	timer *time.Timer
	ended bool
}

func (s *session) touch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.timer.Stop() {
		<-s.timer.C
	}
	s.timer.Reset(time.Hour)
}

func (s *session) expire() {
	<-s.timer.C
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

func main() {
	s := &session{timer: time.NewTimer(time.Millisecond)}
	go s.expire()
	time.Sleep(20 * time.Millisecond)
	var wg sync.WaitGroup
	for i := 0; i < 5; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.touch()
		}()
	}
	wg.Wait()
}
