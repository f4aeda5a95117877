// A janitor deletes expired sessions while requests look sessions up.
// want CT1002
package main

import (
	"fmt"
	"sync"
	"time"
)

type session struct {
	user    string
	expires time.Time
}

type Sessions struct {
	mu   sync.RWMutex
	byID map[string]session
	stop chan struct{}
	done chan struct{}
}

func NewSessions() *Sessions {
	s := &Sessions{byID: map[string]session{}, stop: make(chan struct{}), done: make(chan struct{})}
	for i := range 100 {
		s.byID[fmt.Sprint(i)] = session{user: "u", expires: time.Now()}
	}
	go s.janitor()
	return s
}

func (s *Sessions) janitor() {
	defer close(s.done)
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case now := <-ticker.C:
			s.expire(now)
		}
	}
}

func (s *Sessions) expire(now time.Time) {
	for id, one := range s.byID {
		if one.expires.Before(now) {
			delete(s.byID, id) // race: write
		}
	}
}

func (s *Sessions) Get(id string) (session, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, ok := s.byID[id] // race: read
	return found, ok
}

func (s *Sessions) Close() {
	close(s.stop)
	<-s.done
}

func main() {
	s := NewSessions()
	for i := range 50 {
		s.Get(fmt.Sprint(i))
		time.Sleep(200 * time.Microsecond)
	}
	s.Close()
}
