// Enqueue looks at the closed flag with the mutex held.

package main

import (
	"errors"
	"fmt"
	"sync"
)

var ErrClosed = errors.New("mailqueue: closed")

type Message struct{ To, Subject string }

type Queue struct {
	mu      sync.Mutex
	pending []Message
	closed  bool
	sent    int
}

func (q *Queue) Enqueue(m Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	q.pending = append(q.pending, m)
	if len(q.pending) >= 16 {
		q.flushLocked()
	}
	return nil
}

func (q *Queue) flushLocked() {
	q.sent += len(q.pending)
	q.pending = q.pending[:0]
}

func (q *Queue) Shutdown() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.flushLocked()
	return q.sent
}

func main() {
	q := &Queue{}
	var wg sync.WaitGroup
	started := make(chan struct{}, 4)
	for i := range 4 {
		wg.Add(1)
		go func(who int) {
			defer wg.Done()
			for n := 0; ; n++ {
				if n == 10 {
					started <- struct{}{}
				}
				err := q.Enqueue(Message{To: fmt.Sprintf("u%d@example.org", who), Subject: "hi"})
				if errors.Is(err, ErrClosed) {
					return
				}
			}
		}(i)
	}
	for range 4 {
		<-started
	}
	n := q.Shutdown()
	wg.Wait()
	fmt.Println("sent some:", n > 0)
}
