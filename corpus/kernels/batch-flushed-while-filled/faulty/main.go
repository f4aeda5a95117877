// The flusher sends the batch and resets it; producers append to the same slice.
// want CT1104 CT1105
package main

import (
	"sync"
	"time"
)

type point struct {
	name  string
	value float64
}

type batcher struct {
	batch []point
	limit int
	send  func([]point)
}

func (b *batcher) add(p point) {
	b.batch = append(b.batch, p) // race: write
	if len(b.batch) >= b.limit {
		b.flush()
	}
}

func (b *batcher) flush() {
	if len(b.batch) == 0 {
		return
	}
	b.send(b.batch)
	b.batch = nil // race: write
}

func (b *batcher) every(interval time.Duration, quit <-chan struct{}) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			b.flush()
		case <-quit:
			return
		}
	}
}

func main() {
	b := &batcher{limit: 10, send: func([]point) {}}
	quit := make(chan struct{})
	go b.every(50*time.Microsecond, quit)
	var producers sync.WaitGroup
	for range 3 {
		producers.Go(func() {
			for i := range 100 {
				b.add(point{"cpu", float64(i)})
			}
		})
	}
	producers.Wait()
	close(quit)
}
