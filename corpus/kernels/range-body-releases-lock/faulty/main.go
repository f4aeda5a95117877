// The lock is released inside the loop, where the callback runs.
// want CT1003 CT1002
package main

import (
	"sync"
)

type Hub struct {
	mu      sync.Mutex
	clients map[int]func()
}

func (h *Hub) Broadcast() {
	h.mu.Lock()
	for _, notify := range h.clients { // race: read
		h.mu.Unlock()
		notify()
		h.mu.Lock()
	}
	h.mu.Unlock()
}

func (h *Hub) Join(id int, notify func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[id] = notify // race: write
}

func main() {
	hub := &Hub{clients: make(map[int]func())}
	hub.Join(0, func() {})
	hub.Join(1, func() {})
	var wg sync.WaitGroup
	wg.Go(func() {
		for id := range 100 {
			hub.Join(id, func() {})
		}
	})
	for range 20 {
		hub.Broadcast()
	}
	wg.Wait()
}
