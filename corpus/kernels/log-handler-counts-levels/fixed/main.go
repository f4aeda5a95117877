// A handler of the logger counts the records of each level, and all goroutines log.
package main

import (
	"context"
	"io"
	"log/slog"
	"sync"
)

// counting passes records on and counts them.
type counting struct {
	slog.Handler
	mu      sync.Mutex
	records map[slog.Level]int
}

func (c *counting) Handle(ctx context.Context, record slog.Record) error {
	c.mu.Lock()
	c.records[record.Level]++
	c.mu.Unlock()
	return c.Handler.Handle(ctx, record)
}

func main() {
	handler := &counting{
		Handler: slog.NewTextHandler(io.Discard, nil),
		records: map[slog.Level]int{},
	}
	log := slog.New(handler)
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			for range 50 {
				log.Info("done", "worker", worker)
			}
		})
	}
	workers.Wait()
}
