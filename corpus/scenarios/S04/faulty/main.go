// Stop may be called by two goroutines, and closes the channel each time.
package main

import "time"

type worker struct {
	quit chan struct{}
}

func (w *worker) Stop() {
	close(w.quit) // fault: fails
}

func main() {
	w := &worker{quit: make(chan struct{})}
	go w.Stop()
	go w.Stop()
	time.Sleep(time.Second)
}
