// The batcher starts a new slice after it has handed one over.

package main

import (
	"fmt"
	"sync/atomic"
)

type totals struct{ sum atomic.Int64 }

func (t *totals) Write(batch []Event) error {
	for _, e := range batch {
		if e.Key == "" {
			return fmt.Errorf("event without key")
		}
		t.sum.Add(int64(e.Value))
	}
	return nil
}

func main() {
	t := &totals{}
	b := NewBatcher(16, t)
	for i := range 2000 {
		b.Add(Event{Key: fmt.Sprint("k", i%10), Value: 1})
	}
	fmt.Println("errors:", b.Close(), t.sum.Load() > 0)
}
