// The job takes the map away under the lock.

package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"log"
	"sort"
	"strconv"
	"sync"
	"time"
)

// Archive keeps the totals of past days.
type Archive interface {
	Store(ctx context.Context, day time.Time, totals map[string]int64) error
}

// Report adds up sales by product.
type Report struct {
	mu      sync.Mutex
	totals  map[string]int64
	day     time.Time
	archive Archive
}

func NewReport(archive Archive, day time.Time) *Report {
	return &Report{totals: make(map[string]int64), day: day, archive: archive}
}

// Add counts one sale.
func (r *Report) Add(product string, cents int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.totals[product] += cents
}

// WriteCSV writes the totals of the day.
func (r *Report) WriteCSV(w io.Writer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	products := make([]string, 0, len(r.totals))
	for p := range r.totals {
		products = append(products, p)
	}
	sort.Strings(products)
	out := csv.NewWriter(w)
	for _, p := range products {
		if err := out.Write([]string{p, strconv.FormatInt(r.totals[p], 10)}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Rotate stores the day and begins the next one.
func (r *Report) Rotate(ctx context.Context, next time.Time) error {
	r.mu.Lock()
	day, totals := r.day, r.totals
	r.day, r.totals = next, make(map[string]int64)
	r.mu.Unlock()
	if err := r.archive.Store(ctx, day, totals); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

// RotateDaily calls Rotate at midnight until ctx is done.
func (r *Report) RotateDaily(ctx context.Context, now func() time.Time) {
	for {
		next := now().Truncate(24 * time.Hour).Add(24 * time.Hour)
		select {
		case <-ctx.Done():
			return
		case <-time.After(next.Sub(now())):
			if err := r.Rotate(ctx, next); err != nil {
				log.Printf("rotate: %v", err)
			}
		}
	}
}
