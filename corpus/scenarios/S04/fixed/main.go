// Stop may be called by two goroutines, and closes the channel once.
package main

import (
	"sync"
	"time"
)

type worker struct {
	once sync.Once
	quit chan struct{}
}

func (w *worker) Stop() {
	w.once.Do(func() { close(w.quit) })
}

func main() {
	w := &worker{quit: make(chan struct{})}
	go w.Stop()
	go w.Stop()
	time.Sleep(10 * time.Millisecond)
}
