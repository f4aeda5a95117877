// A reader takes the read lock once; the inner function expects it to be held.
package main

import (
	"fmt"
	"sync"
	"time"
)

type tree struct {
	mu   sync.RWMutex
	size int
}

func (t *tree) sizeLocked() int {
	return t.size
}

func (t *tree) Describe() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	time.Sleep(200 * time.Millisecond)
	return t.sizeLocked() + 1
}

func (t *tree) Grow() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.size++
}

func main() {
	t := &tree{}
	go func() {
		time.Sleep(100 * time.Millisecond)
		t.Grow()
	}()
	fmt.Println(t.Describe())
}
