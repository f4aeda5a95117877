// A finalizer removes an entry on the collector's goroutine while the program adds others.
package main

import (
	"runtime"
	"strconv"
	"sync"
	"time"
)

type handle struct{ name string }

type table struct {
	mu   sync.Mutex
	open map[string]int
}

func (t *table) acquire(name string) *handle {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open[name]++
	h := &handle{name}
	runtime.SetFinalizer(h, t.release)
	return h
}

func (t *table) release(h *handle) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, h.name)
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
