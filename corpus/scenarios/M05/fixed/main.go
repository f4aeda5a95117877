// The sweeper takes the lock that the handlers take; the map may grow between two sweeps only.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type session struct{ user string }

type table struct {
	mu       sync.Mutex
	sessions map[int]*session
}

func (t *table) open(id int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sessions[id] = &session{user: "gopher"}
}

func (t *table) sweep() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	open := 0
	for _, s := range t.sessions {
		if s != nil {
			open++
		}
	}
	return open
}

func main() {
	t := &table{sessions: map[int]*session{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for id := 0; id < 20_000; id++ {
			t.open(id)
		}
	}()
	for i := 0; i < 20; i++ {
		runtime.GC()
		t.sweep()
	}
	<-done
	fmt.Println(t.sweep())
}
