// A test replaces the package's clock while a cache of an earlier test still asks it.
package clock

import (
	"sync/atomic"
	"testing"
	"time"
)

var clock atomic.Value

func init() { clock.Store(time.Now) }

func now() time.Time { return clock.Load().(func() time.Time)() }

type cache struct{ stop chan struct{} }

func newCache() *cache {
	c := &cache{stop: make(chan struct{})}
	go c.janitor()
	return c
}

func (c *cache) janitor() {
	for {
		select {
		case <-c.stop:
			return
		case <-time.After(50 * time.Microsecond):
			_ = now()
		}
	}
}

func TestStarts(t *testing.T) {
	if newCache() == nil {
		t.Fatal("no cache")
	}
	time.Sleep(time.Millisecond)
}

func TestExpiry(t *testing.T) {
	fixed := time.Unix(1000, 0)
	clock.Store(func() time.Time { return fixed })
	c := newCache()
	time.Sleep(time.Millisecond)
	close(c.stop)
}
