// A panic in the loop body is recovered and the walk goes on, while a worker still deletes.
package main

import (
	"runtime"
	"sync"
)

type watch struct{ notify func(key string) }

type tree struct {
	mu      sync.Mutex
	watches map[int]watch
}

func (t *tree) cancel(id int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.watches, id)
}

func safely(do func()) {
	defer func() { _ = recover() }()
	do()
}

func (t *tree) fire(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, w := range t.watches {
		safely(func() { w.notify(key) })
	}
}

func main() {
	t := &tree{watches: map[int]watch{}}
	for id := range 64 {
		t.watches[id] = watch{func(string) {
			if id%5 == 0 {
				panic("handler failed")
			}
			runtime.Gosched()
		}}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for id := range 64 {
			t.cancel(id)
		}
	}()
	t.fire("/config")
	<-done
}
