// Package feed sends prices to whoever asked for them.
package feed

import (
	"context"
	"log/slog"
	"net"
	"time"
)

// Tick is one price.
type Tick struct {
	Symbol string
	Price  float64
	At     time.Time
}

// Hub knows all connections. Only the goroutine of Run touches clients.
type Hub struct {
	depth   int
	log     *slog.Logger
	join    chan *client
	leave   chan *client
	ticks   chan Tick
	done    chan struct{}
	clients map[*client]struct{}
	dropped int
}

type Option func(*Hub)

func WithDepth(n int) Option           { return func(h *Hub) { h.depth = n } }
func WithLogger(l *slog.Logger) Option { return func(h *Hub) { h.log = l } }

func NewHub(opts ...Option) *Hub {
	h := &Hub{
		depth:   16,
		log:     slog.Default(),
		join:    make(chan *client),
		leave:   make(chan *client),
		ticks:   make(chan Tick, 64),
		done:    make(chan struct{}),
		clients: make(map[*client]struct{}),
	}
	for _, o := range opts {
		o(h)
	}
	return h
}

// Publish hands a tick to the hub.
func (h *Hub) Publish(t Tick) {
	select {
	case h.ticks <- t:
	case <-h.done:
	}
}

// Run owns the clients until ctx is done.
func (h *Hub) Run(ctx context.Context) {
	defer close(h.done)
	for {
		select {
		case <-ctx.Done():
			for c := range h.clients {
				close(c.send)
			}
			h.clients = nil
			return
		case c := <-h.join:
			h.clients[c] = struct{}{}
		case c := <-h.leave:
			h.drop(c)
		case t := <-h.ticks:
			h.broadcast(t)
		}
	}
}

func (h *Hub) drop(c *client) {
	if _, ok := h.clients[c]; ok {
		delete(h.clients, c)
		close(c.send)
	}
}

func (h *Hub) broadcast(t Tick) {
	for c := range h.clients {
		if !c.wants(t) {
			continue
		}
		select {
		case c.send <- t:
		default:
			h.dropped++
			h.log.Warn("client is slow", "remote", c.conn.RemoteAddr(), "dropped", h.dropped)
		}
	}
}

// Serve runs one connection.
func (h *Hub) Serve(ctx context.Context, conn net.Conn) {
	c := newClient(conn, h.depth)
	select {
	case h.join <- c:
	case <-h.done:
		conn.Close()
		return
	}
	go c.writeLoop()
	if err := c.readLoop(ctx); err != nil {
		h.log.Debug("connection ended", "err", err)
	}
	select {
	case h.leave <- c:
	case <-h.done:
	}
}
