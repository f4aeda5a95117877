// The fast path returns the field before the lock is taken.
// want CT1105 CT1110 CT1112
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
	if t := s.token; t != nil && time.Now().Before(t.expires) { // race: read
		return t.value
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = s.fetch() // race: write
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
