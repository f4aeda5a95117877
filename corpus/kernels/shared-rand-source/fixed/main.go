// A generator of math/rand without a lock serves all workers.
package main

import (
	"math/rand"
	"sync"
)

type Jitter struct {
	mu  sync.Mutex
	rng *rand.Rand
}

func (j *Jitter) Next() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.rng.Intn(100)
}

func main() {
	jitter := &Jitter{rng: rand.New(rand.NewSource(1))}
	done := make(chan int)
	for range 4 {
		go func() { done <- jitter.Next() }()
	}
	for range 4 {
		<-done
	}
}
