// All returns an iterator that runs after the deferred unlock.
package main

import (
	"iter"
	"maps"
	"slices"
	"sync"
)

type TagSet struct {
	mu   sync.RWMutex
	tags map[string]int
}

func (s *TagSet) Add(tag string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tags[tag]++
}

func (s *TagSet) All() iter.Seq[string] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Values(slices.Sorted(maps.Keys(s.tags)))
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
			for tag := range set.All() {
				longest = max(longest, len(tag))
			}
		}
	}
	println(longest)
}
