// Package orders adds up what customers spend.
package orders

import (
	"encoding/json"
	"fmt"
	"log"
	"sync"
	"sync/atomic"
	"time"

	"example.com/projects/claimhandler/fixed/group"
)

// Sink takes the totals.
type Sink interface {
	Write(customer string, cents int64) error
}

// LogSink writes totals to the log.
type LogSink struct{}

func (LogSink) Write(customer string, cents int64) error {
	log.Printf("%s spent %d", customer, cents)
	return nil
}

// Handler consumes the order topics.
type Handler struct {
	sink  Sink
	every time.Duration
	bad   atomic.Int64

	mu     sync.Mutex
	totals map[string]int64
	seen   int
}

var _ group.Handler = (*Handler)(nil)

func NewHandler(sink Sink, every time.Duration) *Handler {
	return &Handler{sink: sink, every: every}
}

func (h *Handler) Setup(s group.Session) error {
	h.totals = make(map[string]int64)
	log.Printf("generation %d", s.Generation())
	return nil
}

func (h *Handler) Cleanup(group.Session) error {
	for customer, cents := range h.totals {
		if err := h.sink.Write(customer, cents); err != nil {
			return fmt.Errorf("sink: %w", err)
		}
	}
	if n := h.bad.Swap(0); n > 0 {
		log.Printf("%d bad messages", n)
	}
	return nil
}

func (h *Handler) Consume(s group.Session, c group.Claim) error {
	deadline := time.NewTimer(h.every)
	defer deadline.Stop()
	count := 0
	for {
		select {
		case m, ok := <-c.Messages():
			if !ok {
				return nil
			}
			count++
			h.process(m)
			s.Mark(m)
		case <-deadline.C:
			log.Printf("%s/%d: %d messages", c.Topic(), c.Partition(), count)
			return nil
		case <-s.Context().Done():
			return nil
		}
	}
}

type order struct {
	Cents int64 `json:"cents"`
}

func (h *Handler) process(m *group.Message) {
	var o order
	if err := json.Unmarshal(m.Value, &o); err != nil {
		h.bad.Add(1)
		return
	}
	if m.Topic == "refunds" {
		o.Cents = -o.Cents
	}
	h.add(m.Key, o.Cents)
}

func (h *Handler) add(customer string, cents int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.totals[customer] += cents
	h.seen++
}
