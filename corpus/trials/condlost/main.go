// A queue whose consumer waits before it looks: the signal came first.
package main

import (
	"sync"
	"time"
)

type Queue struct {
	mu    sync.Mutex
	ready *sync.Cond
	items []int
}

func (q *Queue) Put(v int) {
	q.mu.Lock()
	q.items = append(q.items, v)
	q.mu.Unlock()
	q.ready.Signal()
}

func (q *Queue) Take() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ready.Wait() // waits even when there is something
	v := q.items[0]
	q.items = q.items[1:]
	return v
}

func main() {
	q := &Queue{}
	q.ready = sync.NewCond(&q.mu)
	q.Put(1)
	done := make(chan int)
	go func() { done <- q.Take() }()
	time.Sleep(10 * time.Millisecond)
	<-done
}
