// The hub unlocks before it sends.
package main

import "sync"

type hub struct {
	mu     sync.Mutex
	events chan int
	seen   int
}

func (h *hub) publish(n int) {
	h.mu.Lock()
	h.seen++
	h.mu.Unlock()
	h.events <- n
}

func (h *hub) consume() {
	for n := range h.events {
		h.mu.Lock()
		h.seen += n
		h.mu.Unlock()
	}
}

func main() {
	h := &hub{events: make(chan int)}
	go h.consume()
	for i := 0; i < 5; i++ {
		h.publish(i)
	}
}
