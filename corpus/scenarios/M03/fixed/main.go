// Two sweepers delete expired sessions from one map, under its lock.
package main

import (
	"fmt"
	"sync"
	"time"
)

var (
	mu       sync.Mutex
	sessions = map[int]time.Time{}
)

func sweep() {
	for n := 0; n < 10_000; n++ {
		mu.Lock()
		delete(sessions, n)
		mu.Unlock()
	}
}

func main() {
	for n := 0; n < 10_000; n++ {
		sessions[n] = time.Now()
	}
	done := make(chan struct{})
	go func() {
		sweep()
		close(done)
	}()
	sweep()
	<-done
	fmt.Println(len(sessions))
}
