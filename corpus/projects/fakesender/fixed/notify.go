// The double has a lock.

package fakesender

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Message is one mail.
type Message struct {
	To      string
	Subject string
	Body    string
}

// Sender sends mails.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Config configures a Notifier.
type Config struct {
	Workers int
	Queue   int
	Retries int
	Backoff time.Duration
}

// ErrFull is returned when the queue has no room.
var ErrFull = errors.New("notify: queue is full")

// Notifier sends mails in the background.
type Notifier struct {
	cfg    Config
	sender Sender
	queue  chan Message
	wg     sync.WaitGroup
	mu     sync.Mutex
	failed map[string]error
}

// New starts the workers of a Notifier.
func New(cfg Config, sender Sender) *Notifier {
	if cfg.Workers <= 0 {
		cfg.Workers = 4
	}
	if cfg.Queue <= 0 {
		cfg.Queue = 64
	}
	n := &Notifier{cfg: cfg, sender: sender, queue: make(chan Message, cfg.Queue), failed: make(map[string]error)}
	n.wg.Add(cfg.Workers)
	for i := 0; i < cfg.Workers; i++ {
		go n.work()
	}
	return n
}

// Notify queues a mail.
func (n *Notifier) Notify(m Message) error {
	select {
	case n.queue <- m:
		return nil
	default:
		return ErrFull
	}
}

// Close sends what is queued and ends the workers.
func (n *Notifier) Close() {
	close(n.queue)
	n.wg.Wait()
}

// Failed returns the last error of an address.
func (n *Notifier) Failed(to string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.failed[to]
}

func (n *Notifier) work() {
	defer n.wg.Done()
	for m := range n.queue {
		if err := n.deliver(m); err != nil {
			n.mu.Lock()
			n.failed[m.To] = err
			n.mu.Unlock()
		}
	}
}

func (n *Notifier) deliver(m Message) error {
	var err error
	for try := 0; try <= n.cfg.Retries; try++ {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err = n.sender.Send(ctx, m)
		cancel()
		if err == nil {
			return nil
		}
		time.Sleep(n.cfg.Backoff)
	}
	return fmt.Errorf("after %d tries: %w", n.cfg.Retries+1, err)
}
