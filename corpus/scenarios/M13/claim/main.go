// Claim: writers fill the write-barrier buffer during marking, and the buffer and stop-the-world
// wait for each other.
//
// Writers store pointers into a map under a lock, another goroutine ranges over it, and the
// collector is forced all the time. If anybody waited for somebody who waits for him, the
// collections would stop coming; their longest pause is printed.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

func main() {
	var mu sync.Mutex
	m := map[int]*int{}
	for w := 0; w < 4; w++ {
		go func() {
			for n := 0; ; n++ {
				value := n
				mu.Lock()
				m[n%100_000] = &value
				mu.Unlock()
			}
		}()
	}
	go func() {
		for {
			mu.Lock()
			sum := 0
			for _, value := range m {
				sum += *value
			}
			mu.Unlock()
		}
	}()
	finished := make(chan struct{})
	go func() {
		for i := 0; i < 60; i++ {
			runtime.GC()
		}
		close(finished)
	}()
	select {
	case <-finished:
	case <-time.After(2 * time.Minute):
		fmt.Println("so it is: the collections stopped")
		os.Exit(1)
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	longest := uint64(0)
	for _, pause := range stats.PauseNs {
		if longest < pause {
			longest = pause
		}
	}
	fmt.Println("not so:", stats.NumGC, "collections came to their end, longest pause",
		time.Duration(longest).Round(10*time.Microsecond))
}
