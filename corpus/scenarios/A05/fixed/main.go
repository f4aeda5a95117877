// Each counter has a cache line of its own.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const line = 128 // two lines of 64: the processor fetches the neighbour, too

type counter struct {
	n int64
	_ [line - 8]byte
}

type traffic struct {
	received counter
	sent     counter
}

const steps = 20_000_000

func pair(t *traffic) time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for _, word := range []*int64{&t.received.n, &t.sent.n} {
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
	counts := make([]counter, runtime.GOMAXPROCS(0))
	start := time.Now()
	var wg sync.WaitGroup
	for i := range counts {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for n := 0; n < steps; n++ {
				atomic.AddInt64(&counts[i].n, 1)
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
