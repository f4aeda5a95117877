// The fast path returns the field before the lock is taken.
package main

import (
	"sync"
	"time"
)

type token struct {
	value   string
	expires time.Time
}

type source struct {
	mu    sync.Mutex
	token *token
	fetch func() *token
}

func (s *source) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.token; t != nil && time.Now().Before(t.expires) {
		return t.value
	}
	s.token = s.fetch()
	return s.token.value
}

func main() {
	s := &source{}
	s.fetch = func() *token { return &token{"t", time.Now().Add(time.Microsecond)} }
	done := make(chan bool)
	for range 4 {
		go func() {
			for range 50 {
				s.Token()
			}
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
}
