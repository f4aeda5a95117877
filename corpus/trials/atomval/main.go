// The last error of a probe is kept in an atomic.Value, and errors have many types.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"
)

type Health struct{ last atomic.Value }

func (h *Health) Set(err error) { h.last.Store(err) }

func (h *Health) Probe(n int) error {
	if n%2 == 0 {
		return &fs.PathError{Op: "open", Path: "/dev/x", Err: errors.New("busy")}
	}
	return fmt.Errorf("probe %d failed", n)
}

func main() {
	h := &Health{}
	go func() {
		for n := 0; ; n++ {
			h.Set(h.Probe(n))
			time.Sleep(time.Millisecond)
		}
	}()
	select {}
}
