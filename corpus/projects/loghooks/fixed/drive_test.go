//go:build drive

package logs

import (
	"io"
	"sync"
	"sync/atomic"
	"testing"
)

type counter struct{ n atomic.Int64 }

func (c *counter) Levels() []Level   { return []Level{Info, Error} }
func (c *counter) Fire(*Entry) error { c.n.Add(1); return nil }

func TestDrive(t *testing.T) {
	l := New()
	l.SetOutput(io.Discard)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for i := range 100 {
				l.Infof("n %d", i)
				l.WithFields(Fields{"a": 1}).With("b", 2).Info("x")
			}
		})
	}
	l.AddHook(&counter{})
	wg.Wait()
}
