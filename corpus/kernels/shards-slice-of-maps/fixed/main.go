// A sharded set without locks: two goroutines may work in one shard.
package main

import (
	"hash/fnv"
	"strconv"
	"sync"
)

type shard struct {
	mu   sync.Mutex
	keys map[string]struct{}
}

type Set struct{ shards []*shard }

func NewSet(n int) *Set {
	s := &Set{}
	for range n {
		s.shards = append(s.shards, &shard{keys: map[string]struct{}{}})
	}
	return s
}

func (s *Set) shardOf(key string) *shard {
	h := fnv.New32a()
	h.Write([]byte(key))
	return s.shards[int(h.Sum32())%len(s.shards)]
}

func (s *Set) Add(key string) {
	part := s.shardOf(key)
	part.mu.Lock()
	defer part.mu.Unlock()
	part.keys[key] = struct{}{}
}

func ingest(set *Set, lines <-chan string, done chan<- struct{}) {
	for line := range lines {
		set.Add(line)
	}
	done <- struct{}{}
}

func main() {
	set := NewSet(4)
	lines := make(chan string, 8)
	done := make(chan struct{})
	for range 4 {
		go ingest(set, lines, done)
	}
	for i := range 400 {
		lines <- strconv.Itoa(i)
	}
	close(lines)
	for range 4 {
		<-done
	}
}
