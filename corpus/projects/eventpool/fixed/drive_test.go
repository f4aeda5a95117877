//go:build drive

package eventpool

import (
	"io"
	"testing"
)

func TestDrive(t *testing.T) {
	p := &Pipeline{}
	p.Add(&CountSink{})
	a := NewAuditSink(io.Discard, 16)
	p.Add(a)
	for range 2000 {
		_ = p.Emit("login", func(e *Event) { e.Set("user", "u").Set("from", "f") })
	}
	a.Close()
}
