// A queue with a condition variable; its length is read without the lock.
// want CT1105 CT1104
package main

import "sync"

type Queue[T any] struct {
	cond  *sync.Cond
	items []T
}

func NewQueue[T any]() *Queue[T] { return &Queue[T]{cond: sync.NewCond(new(sync.Mutex))} }

func (q *Queue[T]) Put(item T) {
	q.cond.L.Lock()
	q.items = append(q.items, item) // race: write
	q.cond.L.Unlock()
	q.cond.Signal()
}

func (q *Queue[T]) Take() T {
	q.cond.L.Lock()
	defer q.cond.L.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	item := q.items[0]
	q.items = q.items[1:] // race: write
	return item
}

func (q *Queue[T]) Len() int {
	return len(q.items) // race: read
}

func main() {
	q := NewQueue[string]()
	var takers sync.WaitGroup
	for range 2 {
		takers.Go(func() {
			for range 50 {
				q.Take()
			}
		})
	}
	backlog := 0
	for range 100 {
		q.Put("job")
		backlog = max(backlog, q.Len())
	}
	takers.Wait()
	println(backlog >= 0)
}
