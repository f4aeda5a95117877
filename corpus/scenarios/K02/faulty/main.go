// A reader takes the read lock twice; a writer that comes in between stops all three.
package main

import (
	"sync"
	"time"
)

type tree struct {
	mu   sync.RWMutex
	size int
}

func (t *tree) Size() int {
	t.mu.RLock() // fault: waits
	defer t.mu.RUnlock()
	return t.size
}

func (t *tree) Describe() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	time.Sleep(200 * time.Millisecond)
	return t.Size() + 1 // fault: holds
}

func (t *tree) Grow() {
	t.mu.Lock() // fault: waits
	defer t.mu.Unlock()
	t.size++
}

func main() {
	t := &tree{}
	go func() {
		time.Sleep(100 * time.Millisecond)
		t.Grow()
	}()
	t.Describe()
}
