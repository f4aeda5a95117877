// A parallel test changes a package variable that another parallel test depends on.
// want CT1113 CT1106
package client

import (
	"testing"
	"time"
)

var timeout = time.Second

type client struct{ wait time.Duration }

func dial() *client { return &client{timeout} } // race: read

func TestDefault(t *testing.T) {
	t.Parallel()
	for range 100 {
		if dial().wait == 0 {
			t.Fatal("no timeout")
		}
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	old := timeout
	timeout = time.Millisecond       // race: write
	defer func() { timeout = old }() // race: write
	if dial().wait > time.Second {
		t.Fatal("too long")
	}
}
