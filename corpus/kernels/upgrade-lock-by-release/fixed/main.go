// The read lock is released to take the write lock; what was read is acted upon after the gap.
package main

import (
	"runtime"
	"sync"
)

type ticketOffice struct {
	mu   sync.RWMutex
	left int
	sold map[int]string
}

func (t *ticketOffice) sell(name string) bool {
	t.mu.RLock()
	left := t.left
	t.mu.RUnlock()
	if left == 0 {
		return false
	}
	runtime.Gosched()
	t.mu.Lock()
	defer t.mu.Unlock()
	left = t.left
	if left == 0 {
		return false
	}
	t.sold[left] = name
	t.left = left - 1
	return true
}

func main() {
	for range 200 {
		office := &ticketOffice{left: 3, sold: map[int]string{}}
		outcome := make(chan bool)
		for _, name := range []string{"a", "b", "c"} {
			go func() { outcome <- office.sell(name) }()
		}
		n := 0
		for range 3 {
			if <-outcome {
				n++
			}
		}
		if n != len(office.sold) {
			panic("one seat is sold twice")
		}
	}
}
