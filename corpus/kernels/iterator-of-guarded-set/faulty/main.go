// All returns an iterator that runs after the deferred unlock.
// want CT1003 CT1006 CT1002
package main

import (
	"iter"
	"maps"
	"sync"
)

type TagSet struct {
	mu   sync.RWMutex
	tags map[string]int
}

func (s *TagSet) Add(tag string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tags[tag]++ // race: write
}

func (s *TagSet) All() iter.Seq[string] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return maps.Keys(s.tags) // race: escape
}

func main() {
	set := &TagSet{tags: map[string]int{"go": 1}}
	done := make(chan struct{})
	go func() {
		for i := range 2000 {
			set.Add(string(rune('a' + i%26)))
		}
		close(done)
	}()
	longest := 0
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
			for tag := range set.All() { // race: read
				longest = max(longest, len(tag))
			}
		}
	}
	println(longest)
}
