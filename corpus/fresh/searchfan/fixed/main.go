// The shards send their parts over a channel and only the caller fills the result.

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
	parts := make(chan []string, len(shards))
	for _, s := range shards {
		go func() { parts <- s.query(q) }()
	}
	cut := time.After(limit)
	for range shards {
		select {
		case h := <-parts:
			res.Hits = append(res.Hits, h...)
			res.Shard++
		case <-cut:
			return res
		}
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
		if r.Shard == len(shards) {
			full++
		}
	}
	time.Sleep(20 * time.Millisecond)
	fmt.Println("complete answers:", full <= 20)
}
