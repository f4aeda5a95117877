// The helper whose caller holds the lock counts, and the getter takes no lock.
// want CT1105
package main

import (
	"fmt"
	"sync"
)

type Meter struct {
	mu    sync.Mutex
	total int
	peak  int
}

func (m *Meter) Add(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.addLocked(n)
}

// addLocked counts; the lock must be held.
func (m *Meter) addLocked(n int) {
	m.total += n // race: write
	if m.peak < n {
		m.peak = n
	}
}

func (m *Meter) Total() int {
	return m.total // race: read
}

func main() {
	m := &Meter{}
	var workers sync.WaitGroup
	for range 4 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range 100 {
				m.Add(i)
				if m.Total() < 0 {
					return
				}
			}
		}()
	}
	workers.Wait()
	fmt.Println(m.Total())
}
