// The flusher sends the batch and resets it; producers append to the same slice.
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
	mu    sync.Mutex
	batch []point
	limit int
	send  func([]point)
}

func (b *batcher) add(p point) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.batch = append(b.batch, p)
	if len(b.batch) >= b.limit {
		b.flush()
	}
}

func (b *batcher) flush() {
	if len(b.batch) == 0 {
		return
	}
	b.send(b.batch)
	b.batch = nil
}

func (b *batcher) every(interval time.Duration, quit <-chan struct{}) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			b.mu.Lock()
			b.flush()
			b.mu.Unlock()
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
