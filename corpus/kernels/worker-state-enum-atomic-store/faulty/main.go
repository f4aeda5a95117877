// Workers publish their state atomically; the supervisor compares the field directly.
// want CT1107
package main

import (
	"sync/atomic"
	"time"
)

const (
	idle int32 = iota
	busy
	gone
)

type worker struct {
	state int32
	tasks chan int
}

func (w *worker) run() {
	defer atomic.StoreInt32(&w.state, gone) // race: write
	for range w.tasks {
		atomic.StoreInt32(&w.state, busy) // race: write
		atomic.StoreInt32(&w.state, idle)
	}
}

type supervisor struct{ workers []*worker }

func (s *supervisor) free() (n int) {
	for _, w := range s.workers {
		if w.state == idle { // race: read
			n++
		}
	}
	return n
}

func main() {
	s := &supervisor{}
	tasks := make(chan int, 32)
	for range 3 {
		w := &worker{tasks: tasks}
		s.workers = append(s.workers, w)
		go w.run()
	}
	for i := range 32 {
		tasks <- i
		s.free()
	}
	close(tasks)
	time.Sleep(time.Millisecond)
}
