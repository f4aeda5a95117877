// A loop over a ticker prunes what the workers still fill.
// want CT1001 CT1003 CT1002
package main

import (
	"strconv"
	"sync"
	"time"
)

type sessions struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

func (s *sessions) touch(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[id] = time.Now() // race: write
}

func (s *sessions) prune() {
	for range time.Tick(time.Millisecond) {
		for id, at := range s.seen {
			if time.Since(at) > time.Millisecond {
				delete(s.seen, id) // race: write
			}
		}
	}
}

func main() {
	s := &sessions{seen: map[string]time.Time{}}
	go s.prune()
	for i := range 20000 {
		s.touch(strconv.Itoa(i % 500))
		if i%1000 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
}
