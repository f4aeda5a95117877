// Package sse sends events to browsers.
package sse

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

type Event struct {
	ID    uint64
	Topic string
	Data  string
}

type Config struct {
	Backlog   int
	KeepAlive time.Duration
}

// registry is the set of clients.
type registry struct {
	sync.RWMutex
	clients map[uint64]*client
	next    uint64
}

// Broker knows all clients.
type Broker struct {
	cfg      Config
	registry registry
	ids      atomic.Uint64
	dropped  atomic.Int64
	quit     chan struct{}
	closing  sync.Once
}

func NewBroker(cfg Config) *Broker {
	b := &Broker{cfg: cfg, quit: make(chan struct{})}
	b.registry.clients = make(map[uint64]*client)
	return b
}

func (b *Broker) add(topics []string) *client {
	b.registry.Lock()
	defer b.registry.Unlock()
	b.registry.next++
	c := newClient(b.registry.next, topics, b.cfg.Backlog)
	b.registry.clients[c.id] = c
	return c
}

// remove takes a client out; the caller holds the lock.
func (b *Broker) remove(c *client) {
	if b.registry.clients[c.id] == c {
		delete(b.registry.clients, c.id) // race: write
		c.stop()
	}
}

// Publish sends an event to all clients that want it, and tells how many.
func (b *Broker) Publish(e Event) int {
	e.ID = b.ids.Add(1)
	sent := 0
	b.registry.RLock()
	defer b.registry.RUnlock()
	for _, c := range b.registry.clients { // race: read
		if !c.wants(e.Topic) {
			continue
		}
		if !c.offer(e) {
			b.dropped.Add(1)
			b.remove(c)
			continue
		}
		sent++
	}
	return sent
}

func (b *Broker) Len() int {
	b.registry.RLock()
	defer b.registry.RUnlock()
	return len(b.registry.clients) // race: read
}

func (b *Broker) Dropped() int64 { return b.dropped.Load() }

// Close ends all streams.
func (b *Broker) Close() { b.closing.Do(func() { close(b.quit) }) }

// ServeHTTP is one stream.
func (b *Broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fl, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "no streaming", http.StatusNotImplemented)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	c := b.add(r.URL.Query()["topic"])
	defer func() {
		b.registry.Lock()
		defer b.registry.Unlock()
		b.remove(c)
	}()
	fl.Flush()
	keep := time.NewTicker(max(b.cfg.KeepAlive, time.Second))
	defer keep.Stop()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-b.quit:
			return
		case <-c.done:
			return
		case <-keep.C:
			_, err = w.Write([]byte(": keep\n\n"))
		case e := <-c.events:
			err = e.write(w)
		}
		if err != nil {
			return
		}
		fl.Flush()
	}
}
