//go:build drive

package balance

import (
	"context"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	b := New(func(_ context.Context, addr string) (string, error) { return addr, nil }, nil)
	if err := b.Update(context.Background(), map[string]int{"a": 1, "b": 2}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				_ = b.Do(context.Background(), func(context.Context, string) error { return nil })
			}
		})
	}
	wg.Wait()
}
