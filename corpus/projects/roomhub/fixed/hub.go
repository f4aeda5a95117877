package main

import "log"

type message struct {
	room string
	from *Client
	body []byte
}

type membership struct {
	client *Client
	room   string
}

// Hub brings messages to the members of rooms.
type Hub struct {
	rooms      map[string]map[*Client]bool
	join       chan membership
	leave      chan membership
	disconnect chan *Client
	broadcast  chan message
	stats      chan chan map[string]int
	quit       chan struct{}
}

func NewHub(backlog int) *Hub {
	return &Hub{
		rooms:      make(map[string]map[*Client]bool),
		join:       make(chan membership),
		leave:      make(chan membership),
		disconnect: make(chan *Client),
		broadcast:  make(chan message, backlog),
		stats:      make(chan chan map[string]int),
		quit:       make(chan struct{}),
	}
}

// Run serves the hub until Stop.
func (h *Hub) Run() {
	for {
		select {
		case m := <-h.join:
			h.add(m)
		case m := <-h.leave:
			h.remove(m.room, m.client)
		case c := <-h.disconnect:
			for room := range h.rooms {
				h.remove(room, c)
			}
			close(c.send)
		case m := <-h.broadcast:
			h.deliver(m)
		case reply := <-h.stats:
			counts := make(map[string]int)
			for room, members := range h.rooms {
				counts[room] = len(members)
			}
			reply <- counts
		case <-h.quit:
			return
		}
	}
}

func (h *Hub) Stop() { close(h.quit) }

func (h *Hub) add(m membership) {
	members, ok := h.rooms[m.room]
	if !ok {
		members = make(map[*Client]bool)
		h.rooms[m.room] = members
	}
	members[m.client] = true
}

func (h *Hub) remove(room string, c *Client) {
	members := h.rooms[room]
	if !members[c] {
		return
	}
	delete(members, c)
	if len(members) == 0 {
		delete(h.rooms, room)
	}
}

func (h *Hub) deliver(m message) {
	for c := range h.rooms[m.room] {
		if c == m.from {
			continue
		}
		select {
		case c.send <- m.body:
		default:
			log.Printf("client %s is slow, message dropped", c.name)
		}
	}
}
