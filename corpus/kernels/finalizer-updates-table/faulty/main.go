// A finalizer removes an entry on the collector's goroutine while the program adds others.
// want CT1001 CT1002 CT1706
package main

import (
	"runtime"
	"strconv"
	"time"
)

type handle struct{ name string }

type table struct {
	open map[string]int
}

func (t *table) acquire(name string) *handle {
	t.open[name]++ // race: write
	h := &handle{name}
	runtime.SetFinalizer(h, t.release)
	return h
}

func (t *table) release(h *handle) {
	delete(t.open, h.name) // race: write
}

func main() {
	t := &table{open: map[string]int{}}
	for i := range 5000 {
		t.acquire("file" + strconv.Itoa(i))
		if i%1000 == 0 {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	}
}
