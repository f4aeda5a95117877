// context.AfterFunc unregisters a waiter on a goroutine of its own.
// want CT1001 CT1002
package main

import (
	"context"
	"time"
)

type queue struct {
	waiters map[int]context.CancelFunc
}

func (q *queue) enqueue(ctx context.Context, id int) {
	ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
	q.waiters[id] = cancel // race: write
	context.AfterFunc(ctx, func() {
		delete(q.waiters, id) // race: write
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
