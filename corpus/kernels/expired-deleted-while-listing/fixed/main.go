// Listing the sessions drops the expired ones on the way, under the read lock.
package main

import (
	"sync"
	"time"
)

type Sessions struct {
	lock  *sync.RWMutex
	until map[string]time.Time
}

func New() Sessions {
	return Sessions{lock: new(sync.RWMutex), until: map[string]time.Time{}}
}

func (s Sessions) Touch(id string, ttl time.Duration) {
	s.lock.Lock()
	s.until[id] = time.Now().Add(ttl)
	s.lock.Unlock()
}

func (s Sessions) Active() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	var ids []string
	for id, until := range s.until {
		if time.Until(until) <= 0 {
			delete(s.until, id)
			continue
		}
		ids = append(ids, id)
	}
	return ids
}

func main() {
	sessions := New()
	for _, id := range []string{"a", "b", "c", "d", "e", "f"} {
		sessions.Touch(id, -time.Second)
	}
	listed := make(chan int)
	for range 4 {
		go func() { listed <- len(sessions.Active()) }()
	}
	for range 4 {
		<-listed
	}
}
