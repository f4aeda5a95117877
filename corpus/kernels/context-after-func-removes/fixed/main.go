// context.AfterFunc unregisters a waiter on a goroutine of its own.
package main

import (
	"context"
	"sync"
	"time"
)

type queue struct {
	sync.Mutex
	waiters map[int]context.CancelFunc
}

func (q *queue) enqueue(ctx context.Context, id int) {
	ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
	q.Lock()
	q.waiters[id] = cancel
	q.Unlock()
	context.AfterFunc(ctx, func() {
		q.Lock()
		defer q.Unlock()
		delete(q.waiters, id)
	})
}

func main() {
	q := &queue{waiters: map[int]context.CancelFunc{}}
	for id := range 200 {
		q.enqueue(context.Background(), id)
		time.Sleep(20 * time.Microsecond)
	}
	time.Sleep(5 * time.Millisecond)
}
