// The refill goes on without the lock when somebody else holds it.
// want CT1105
package main

import (
	"sync"
	"time"
)

type Quota struct {
	mu     sync.RWMutex
	left   int
	takers map[int]int
	filled time.Time
}

func (q *Quota) Take(by, n int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.left < n {
		return false
	}
	q.left -= n // race: write
	for range n * 50 {
		q.takers[by]++
	}
	return true
}

func (q *Quota) Left() int {
	q.mu.RLock()
	defer q.mu.RUnlock()
	return q.left // race: read
}

// Refill is called by whoever finds the quota old.
func (q *Quota) Refill(to int, now time.Time) {
	if got := q.mu.TryLock(); got {
		defer q.mu.Unlock()
	}
	q.left = to // race: write
}

func main() {
	q := &Quota{left: 100, takers: map[int]int{}}
	var clients sync.WaitGroup
	for client := range 4 {
		clients.Add(1)
		go func() {
			defer clients.Done()
			for range 2000 {
				if !q.Take(client, 3) {
					q.Refill(100, time.Now())
				}
				_ = q.Left()
			}
		}()
	}
	clients.Wait()
}
