// One goroutine refreshes a table under the write lock, many read it under the read lock.
package main

import (
	"fmt"
	"sync"
)

type table struct {
	mu   sync.RWMutex
	rows map[int]int
}

func (t *table) refresh(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[n%1000] = n
}

func (t *table) lookup(n int) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.rows[n%1000]
}

func main() {
	t := &table{rows: map[int]int{}}
	var readers sync.WaitGroup
	for i := 0; i < 8; i++ {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for n := 0; n < 10_000; n++ {
				t.lookup(n)
			}
		}()
	}
	for n := 0; n < 10_000; n++ {
		t.refresh(n)
	}
	readers.Wait()
	fmt.Println(len(t.rows))
}
