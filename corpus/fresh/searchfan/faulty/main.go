// On a deadline the search returns the result struct that the shard goroutines are still filling.
// want race

package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

type Result struct {
	mu    sync.Mutex
	Hits  []string
	Shard int
}

type Shard []string

func (s Shard) query(q string) (hits []string) {
	for _, d := range s {
		if strings.Contains(d, q) {
			hits = append(hits, d)
		}
	}
	return hits
}

func Search(shards []Shard, q string, limit time.Duration) *Result {
	res := &Result{}
	var wg sync.WaitGroup
	for _, s := range shards {
		wg.Add(1)
		go func() {
			defer wg.Done()
			h := s.query(q)
			res.mu.Lock()
			defer res.mu.Unlock()
			res.Hits = append(res.Hits, h...)
			res.Shard++ // race: write
		}()
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
	}
	return res
}

func main() {
	var docs Shard
	for i := range 5000 {
		docs = append(docs, fmt.Sprintf("invoice %d for customer %d", i, i%97))
	}
	shards := make([]Shard, 8)
	for i := range shards {
		shards[i] = docs
	}
	full := 0
	for range 20 {
		r := Search(shards, "customer 42", time.Millisecond)
		if r.Shard == len(shards) { // race: read
			full++
		}
	}
	time.Sleep(20 * time.Millisecond)
	fmt.Println("complete answers:", full <= 20)
}
