// A parallel test changes a package variable that another parallel test depends on.
package client

import (
	"testing"
	"time"
)

const timeout = time.Second

type client struct{ wait time.Duration }

func dial(wait time.Duration) *client { return &client{wait} }

func TestDefault(t *testing.T) {
	t.Parallel()
	for range 100 {
		if dial(timeout).wait == 0 {
			t.Fatal("no timeout")
		}
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	if dial(time.Millisecond).wait > time.Second {
		t.Fatal("too long")
	}
}
