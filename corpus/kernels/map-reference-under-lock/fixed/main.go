// Only the map reference is taken under the lock; the loop runs over the live map.
package main

import (
	"maps"
	"sync"
)

type Hub struct {
	mu      sync.Mutex
	clients map[int]func()
}

func (h *Hub) Broadcast() {
	h.mu.Lock()
	clients := maps.Clone(h.clients)
	h.mu.Unlock()
	for _, notify := range clients {
		notify()
	}
}

func (h *Hub) Join(id int, notify func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[id] = notify
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
