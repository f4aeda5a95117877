// The handlers are copied under the lock.

package bus

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// ErrClosed is returned by a bus that was closed.
var ErrClosed = errors.New("bus: closed")

// Event is what subscribers get.
type Event struct {
	Topic string
	At    time.Time
	Body  any
}

// Handler is called for each event, by the goroutine that publishes.
type Handler func(context.Context, Event) error

// Subscription ends what Subscribe began.
type Subscription struct {
	bus   *Bus
	topic string
	id    uint64
}

// Bus brings events to handlers.
type Bus struct {
	mu      sync.RWMutex
	topics  map[string]map[uint64]Handler
	nextID  uint64
	closed  bool
	onError func(Event, error)
	events  atomic.Int64
}

// Option changes a new bus.
type Option func(*Bus)

// OnError is called with what handlers return.
func OnError(f func(Event, error)) Option { return func(b *Bus) { b.onError = f } }

func New(opts ...Option) *Bus {
	b := &Bus{topics: make(map[string]map[uint64]Handler), onError: func(Event, error) {}}
	for _, o := range opts {
		o(b)
	}
	return b
}

// Subscribe adds a handler of a topic.
func (b *Bus) Subscribe(topic string, h Handler) (*Subscription, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrClosed
	}
	handlers, ok := b.topics[topic]
	if !ok {
		handlers = make(map[uint64]Handler)
		b.topics[topic] = handlers
	}
	b.nextID++
	handlers[b.nextID] = h
	return &Subscription{bus: b, topic: topic, id: b.nextID}, nil
}

// Unsubscribe removes the handler.
func (s *Subscription) Unsubscribe() {
	s.bus.mu.Lock()
	defer s.bus.mu.Unlock()
	handlers := s.bus.topics[s.topic]
	delete(handlers, s.id)
	if len(handlers) == 0 {
		delete(s.bus.topics, s.topic)
	}
}

// Publish calls the handlers of the topic.
func (b *Bus) Publish(ctx context.Context, topic string, body any) error {
	b.mu.RLock()
	if b.closed {
		b.mu.RUnlock()
		return ErrClosed
	}
	handlers := make([]Handler, 0, len(b.topics[topic]))
	for _, h := range b.topics[topic] {
		handlers = append(handlers, h)
	}
	b.mu.RUnlock()

	b.events.Add(1)
	ev := Event{Topic: topic, At: time.Now(), Body: body}
	for _, h := range handlers {
		if err := h(ctx, ev); err != nil {
			b.onError(ev, err)
		}
	}
	return nil
}

// Close ends the bus.
func (b *Bus) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.topics = nil
}
