// The thumbnails have a lock of their own.
package main

import "sync"

type queue struct {
	byKind  map[string]func(payload string)
	running sync.WaitGroup
}

func (q *queue) handle(kind string, do func(payload string)) {
	q.byKind[kind] = do
}

func (q *queue) submit(kind, payload string) {
	do := q.byKind[kind]
	q.running.Add(1)
	go q.run(do, payload)
}

func (q *queue) run(do func(string), payload string) {
	defer q.running.Done()
	do(payload)
}

type thumbnails struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (t *thumbnails) make(path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.seen[path] {
		t.seen[path] = true
	}
}

func main() {
	q := &queue{byKind: map[string]func(string){}}
	t := &thumbnails{seen: map[string]bool{}}
	q.handle("thumbnail", t.make)
	q.handle("noop", func(string) {})
	for range 100 {
		q.submit("thumbnail", "cat.png")
		q.submit("noop", "")
	}
	q.running.Wait()
}
