// The maximum is compared and stored in two atomic steps: a smaller value may come last.
// want CT1108
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

type queue struct {
	depth int64
	peak  int64
}

func (q *queue) push() {
	depth := atomic.AddInt64(&q.depth, 1)
	if depth > atomic.LoadInt64(&q.peak) { // race: read
		runtime.Gosched()
		atomic.StoreInt64(&q.peak, depth) // race: write
	}
}

func main() {
	for range 300 {
		q := &queue{}
		var producers sync.WaitGroup
		for range 6 {
			producers.Go(q.push)
		}
		producers.Wait()
		if q.peak != 6 {
			panic("the peak is too low")
		}
	}
}
