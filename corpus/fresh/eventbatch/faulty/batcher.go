package main

import "sync"

type Event struct {
	Key   string
	Value int
}

type Sink interface {
	Write(batch []Event) error
}

type Batcher struct {
	mu   sync.Mutex
	buf  []Event
	max  int
	sink Sink
	wg   sync.WaitGroup
	errs int
}

func NewBatcher(max int, s Sink) *Batcher {
	return &Batcher{buf: make([]Event, 0, max), max: max, sink: s}
}

func (b *Batcher) Add(e Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buf = append(b.buf, e) // race: write
	if len(b.buf) == b.max {
		b.flushLocked()
	}
}

func (b *Batcher) flushLocked() {
	batch := b.buf
	b.buf = b.buf[:0]
	b.wg.Add(1)
	go func() {
		defer b.wg.Done()
		if err := b.sink.Write(batch); err != nil {
			b.mu.Lock()
			b.errs++
			b.mu.Unlock()
		}
	}()
}

func (b *Batcher) Close() int {
	b.mu.Lock()
	if len(b.buf) > 0 {
		b.flushLocked()
	}
	b.mu.Unlock()
	b.wg.Wait()
	return b.errs
}
