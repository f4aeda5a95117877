// Load, then Store: two first hits of a key both store, and one count is lost.
// want CT1005 CT1701
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

type hits struct{ byPage sync.Map }

func (h *hits) hit(page string) {
	value, ok := h.byPage.Load(page) // race: read
	if !ok {
		runtime.Gosched()
		value = new(atomic.Int64)
		h.byPage.Store(page, value) // race: write
	}
	value.(*atomic.Int64).Add(1)
}

func (h *hits) of(page string) int64 {
	value, ok := h.byPage.Load(page)
	if !ok {
		return 0
	}
	return value.(*atomic.Int64).Load()
}

func main() {
	for range 300 {
		var h hits
		var visitors sync.WaitGroup
		for range 4 {
			visitors.Add(1)
			go func() {
				defer visitors.Done()
				h.hit("/")
			}()
		}
		visitors.Wait()
		if h.of("/") != 4 {
			panic("a visit was not counted")
		}
	}
}
