package main

import "sync"

type Message struct {
	Room, From, Text string
}

type Subscriber interface {
	Receive(m *Message)
}

type Hub struct {
	mu   sync.Mutex
	subs []chan *Message
	wg   sync.WaitGroup
}

func (h *Hub) Join(s Subscriber) {
	ch := make(chan *Message, 8)
	h.mu.Lock()
	h.subs = append(h.subs, ch)
	h.mu.Unlock()
	h.wg.Add(1)
	go h.pump(s, ch)
}

func (h *Hub) pump(s Subscriber, ch <-chan *Message) {
	defer h.wg.Done()
	for m := range ch {
		s.Receive(m)
	}
}

func (h *Hub) Publish(m Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, ch := range h.subs {
		ch <- &m
	}
}

func (h *Hub) Close() {
	h.mu.Lock()
	for _, ch := range h.subs {
		close(ch)
	}
	h.mu.Unlock()
	h.wg.Wait()
}
