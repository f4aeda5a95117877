// A background loop stamps a field that the health check reads.
// want CT1105 CT1112 CT1106
package main

import (
	"sync"
	"time"
)

type Worker struct {
	last time.Time
	quit chan struct{}
	wg   sync.WaitGroup
}

func Start() *Worker {
	w := &Worker{last: time.Now(), quit: make(chan struct{})}
	w.wg.Add(1)
	go w.loop()
	return w
}

func (w *Worker) loop() {
	defer w.wg.Done()
	for {
		w.last = time.Now() // race: write
		select {
		case <-w.quit:
			return
		case <-time.After(100 * time.Microsecond):
		}
	}
}

func (w *Worker) Healthy() bool {
	return time.Since(w.last) < time.Second // race: read
}

func (w *Worker) Stop() {
	close(w.quit)
	w.wg.Wait()
}

func main() {
	w := Start()
	for range 20 {
		w.Healthy()
		time.Sleep(50 * time.Microsecond)
	}
	w.Stop()
}
