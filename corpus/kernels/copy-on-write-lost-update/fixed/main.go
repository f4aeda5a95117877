// A copy-on-write list is loaded, extended and stored; one of two additions is lost.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

type hooks struct {
	list atomic.Pointer[[]string]
}

func (h *hooks) all() []string {
	if list := h.list.Load(); list != nil {
		return *list
	}
	return nil
}

func (h *hooks) add(name string) {
	for {
		old := h.list.Load()
		var next []string
		if old != nil {
			next = append(next, *old...)
		}
		next = append(next, name)
		runtime.Gosched()
		if h.list.CompareAndSwap(old, &next) {
			return
		}
	}
}

func main() {
	var h hooks
	var plugins sync.WaitGroup
	for range 8 {
		plugins.Add(1)
		go func() {
			defer plugins.Done()
			for range 50 {
				h.add("hook")
			}
		}()
	}
	plugins.Wait()
	if len(h.all()) != 400 {
		panic("a hook was lost")
	}
}
