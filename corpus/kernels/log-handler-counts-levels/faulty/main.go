// A handler of the logger counts the records of each level, and all goroutines log.
// want CT1001 CT1002
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
	records map[slog.Level]int
}

func (c *counting) Handle(ctx context.Context, record slog.Record) error {
	c.records[record.Level]++ // race: write
	return c.Handler.Handle(ctx, record)
}

func main() {
	handler := &counting{slog.NewTextHandler(io.Discard, nil), map[slog.Level]int{}}
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
