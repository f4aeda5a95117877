// A copy-on-write list is loaded, extended and stored; one of two additions is lost.
// want CT1108 CT1005
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
	old := h.all() // race: read
	next := append(old[:len(old):len(old)], name)
	runtime.Gosched()
	h.list.Store(&next) // race: write
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
