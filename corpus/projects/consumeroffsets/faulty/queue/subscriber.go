// The callback of a consumer runs in many goroutines, and notes offsets in a captured map.
// want race

package queue

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
)

// Message is one record of a partition.
type Message struct {
	Topic     string
	Partition int
	Offset    int64
	Body      []byte

	ack func(bool)
}

// Ack tells the broker that the message is done.
func (m *Message) Ack() { m.ack(true) }

// Nack gives the message back.
func (m *Message) Nack() { m.ack(false) }

// Broker hands out messages.
type Broker interface {
	Pull(ctx context.Context, max int) ([]*Message, error)
	Ack(m *Message, ok bool)
}

// Settings of a Subscriber.
type Settings struct {
	MaxOutstanding int
	Batch          int
}

// Subscriber calls a function for each message.
type Subscriber struct {
	broker   Broker
	settings Settings
}

// NewSubscriber returns a subscriber.
func NewSubscriber(b Broker, s Settings) *Subscriber {
	if s.MaxOutstanding <= 0 {
		s.MaxOutstanding = 16
	}
	if s.Batch <= 0 {
		s.Batch = 32
	}
	return &Subscriber{broker: b, settings: s}
}

// Receive calls f for messages, each in a goroutine of its own, until ctx is done.
func (s *Subscriber) Receive(ctx context.Context, f func(context.Context, *Message)) error {
	slots := make(chan struct{}, s.settings.MaxOutstanding)
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		batch, err := s.broker.Pull(ctx, s.settings.Batch)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("pull: %w", err)
		}
		for _, m := range batch {
			m.ack = func(ok bool) { s.broker.Ack(m, ok) }
			slots <- struct{}{}
			wg.Add(1)
			go func() {
				defer wg.Done()
				defer func() { <-slots }()
				defer func() {
					if r := recover(); r != nil {
						slog.Error("panic in a handler", "err", r)
						m.Nack()
					}
				}()
				f(ctx, m)
			}()
		}
	}
}
