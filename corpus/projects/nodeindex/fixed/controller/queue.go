package controller

import "sync"

// queue is a set of keys in the order in which they came.
type queue struct {
	mu      sync.Mutex
	cond    *sync.Cond
	order   []string
	pending map[string]struct{}
	closed  bool
}

func newQueue() *queue {
	q := &queue{pending: make(map[string]struct{})}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *queue) Add(key string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	if _, ok := q.pending[key]; ok {
		return
	}
	q.pending[key] = struct{}{}
	q.order = append(q.order, key)
	q.cond.Signal()
}

func (q *queue) Get() (string, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.order) == 0 && !q.closed {
		q.cond.Wait()
	}
	if len(q.order) == 0 {
		return "", false
	}
	key := q.order[0]
	q.order = q.order[1:]
	delete(q.pending, key)
	return key, true
}

func (q *queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.order)
}

func (q *queue) Close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.cond.Broadcast()
}
