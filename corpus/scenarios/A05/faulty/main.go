// Two hot counters lie on one cache line, and the per-worker counters of a slice on a few: each
// increment takes the line away from the other processor. Nothing is wrong but the speed.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

type traffic struct {
	received int64 // fault: shared line
	sent     int64 // fault: shared line
}

const steps = 20_000_000

func pair(t *traffic) time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for _, word := range []*int64{&t.received, &t.sent} {
		wg.Add(1)
		go func(word *int64) {
			defer wg.Done()
			for n := 0; n < steps; n++ {
				atomic.AddInt64(word, 1)
			}
		}(word)
	}
	wg.Wait()
	return time.Since(start)
}

func workers() time.Duration {
	counts := make([]int64, runtime.GOMAXPROCS(0)) // fault: shared line
	start := time.Now()
	var wg sync.WaitGroup
	for i := range counts {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for n := 0; n < steps; n++ {
				atomic.AddInt64(&counts[i], 1)
			}
		}(i)
	}
	wg.Wait()
	return time.Since(start)
}

func main() {
	fmt.Printf("pair %.2f ns, workers %.2f ns an increment\n",
		float64(pair(&traffic{}).Nanoseconds())/steps, float64(workers().Nanoseconds())/steps)
}
