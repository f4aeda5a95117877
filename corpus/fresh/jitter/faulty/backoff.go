package main

import (
	"math/rand"
	"time"
)

type Backoff struct {
	Base, Max time.Duration
	rng       *rand.Rand
}

func NewBackoff(base, max time.Duration, seed int64) *Backoff {
	return &Backoff{Base: base, Max: max, rng: rand.New(rand.NewSource(seed))}
}

func (b *Backoff) jitter(d time.Duration) time.Duration {
	return d/2 + time.Duration(b.rng.Int63n(int64(d/2)+1)) // race: write
}

// Delay is how long to wait before the given try.
func (b *Backoff) Delay(try int) time.Duration {
	d := b.Base << min(try, 20)
	if d > b.Max || d <= 0 {
		d = b.Max
	}
	return b.jitter(d)
}
