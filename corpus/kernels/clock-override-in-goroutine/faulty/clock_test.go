// A test replaces the package's clock while a cache of an earlier test still asks it.
// want CT1106 CT1113
package clock

import (
	"testing"
	"time"
)

var now = time.Now

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
			_ = now() // race: read
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
	now = func() time.Time { return fixed } // race: write
	c := newCache()
	time.Sleep(time.Millisecond)
	close(c.stop)
}
