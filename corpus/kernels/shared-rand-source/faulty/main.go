// A generator of math/rand without a lock serves all workers.
// want CT1115
package main

import (
	"math/rand"
)

type Jitter struct {
	rng *rand.Rand
}

func (j *Jitter) Next() int {
	return j.rng.Intn(100) // race: write
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
