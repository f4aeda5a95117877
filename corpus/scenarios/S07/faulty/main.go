// A hub sends to a channel under the lock that the receiver takes before it receives again.
package main

import "sync"

type hub struct {
	mu     sync.Mutex
	events chan int
	seen   int
}

func (h *hub) publish(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events <- n // fault: holds
}

func (h *hub) consume() {
	for n := range h.events {
		h.mu.Lock() // fault: waits
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
