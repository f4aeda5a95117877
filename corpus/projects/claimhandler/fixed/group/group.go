// Package group shares the partitions of topics among consumers.
package group

import (
	"context"
	"sync"
)

// Message is one record of a partition.
type Message struct {
	Topic     string
	Partition int
	Offset    int64
	Key       string
	Value     []byte
}

// Session is one generation of the group.
type Session interface {
	Context() context.Context
	Generation() int
	Mark(m *Message)
}

// Claim is one partition of a session.
type Claim interface {
	Topic() string
	Partition() int
	Messages() <-chan *Message
}

// Handler does the work of a member of the group.
type Handler interface {
	// Setup runs before the claims of a session are consumed.
	Setup(Session) error
	// Cleanup runs when all claims have ended.
	Cleanup(Session) error
	// Consume must read the claim to its end.
	Consume(Session, Claim) error
}

// Broker gives out partitions.
type Broker interface {
	Partitions(topic string) int
	Read(ctx context.Context, topic string, partition int) <-chan *Message
}

type session struct {
	ctx context.Context
	gen int

	mu     sync.Mutex
	marked map[string]map[int]int64
}

func (s *session) Context() context.Context { return s.ctx }
func (s *session) Generation() int          { return s.gen }

func (s *session) Mark(m *Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := s.marked[m.Topic]
	if parts == nil {
		parts = make(map[int]int64)
		s.marked[m.Topic] = parts
	}
	parts[m.Partition] = max(parts[m.Partition], m.Offset+1)
}

type claim struct {
	topic     string
	partition int
	messages  <-chan *Message
}

func (c *claim) Topic() string             { return c.topic }
func (c *claim) Partition() int            { return c.partition }
func (c *claim) Messages() <-chan *Message { return c.messages }

// Consumer is one member.
type Consumer struct {
	broker Broker
	topics []string
	gen    int
}

func NewConsumer(b Broker, topics []string) *Consumer {
	return &Consumer{broker: b, topics: topics}
}

// Consume runs one session of the handler.
func (c *Consumer) Consume(ctx context.Context, h Handler) error {
	c.gen++
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := &session{ctx: ctx, gen: c.gen, marked: make(map[string]map[int]int64)}
	if err := h.Setup(s); err != nil {
		return err
	}
	var wg sync.WaitGroup
	for _, topic := range c.topics {
		for p := range c.broker.Partitions(topic) {
			cl := &claim{topic: topic, partition: p, messages: c.broker.Read(ctx, topic, p)}
			wg.Add(1)
			go func() {
				defer wg.Done()
				if err := h.Consume(s, cl); err != nil {
					cancel(err)
				}
			}()
		}
	}
	wg.Wait()
	if err := h.Cleanup(s); err != nil {
		return err
	}
	return context.Cause(ctx)
}
