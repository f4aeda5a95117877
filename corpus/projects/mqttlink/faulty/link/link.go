// Package link keeps one connection to a message broker alive.
package link

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

var (
	ErrClosed       = errors.New("link: closed")
	ErrNotConnected = errors.New("link: not connected")
)

type Options struct {
	Address   string
	Reconnect time.Duration
	OnMessage func(topic string, payload []byte)
	OnLost    func(error)
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)
}

type Link struct {
	opts Options

	mu     sync.Mutex
	conn   net.Conn
	closed bool
	subs   map[string]struct{}

	quit chan struct{}
	wg   sync.WaitGroup
}

func New(opts Options) *Link {
	if opts.Dial == nil {
		opts.Dial = (&net.Dialer{Timeout: 5 * time.Second}).DialContext
	}
	if opts.Reconnect <= 0 {
		opts.Reconnect = time.Second
	}
	if opts.OnLost == nil {
		opts.OnLost = func(error) {}
	}
	return &Link{opts: opts, subs: make(map[string]struct{}), quit: make(chan struct{})}
}

// Connect dials for the first time and keeps the link up from then on.
func (l *Link) Connect(ctx context.Context) error {
	conn, err := l.opts.Dial(ctx, "tcp", l.opts.Address)
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	l.conn = conn
	l.wg.Add(1)
	go l.readLoop(ctx, conn)
	return nil
}

// readLoop reads one connection to its end, and then gets a new one.
func (l *Link) readLoop(ctx context.Context, conn net.Conn) {
	defer l.wg.Done()
	for {
		err := l.read(conn)
		conn.Close()
		select {
		case <-l.quit:
			return
		default:
			l.opts.OnLost(err)
		}
		next, err := l.redial(ctx)
		if err != nil {
			return
		}
		conn = next
	}
}

func (l *Link) read(conn net.Conn) error {
	sc := bufio.NewScanner(conn)
	for sc.Scan() {
		topic, payload, ok := strings.Cut(sc.Text(), " ")
		if ok && l.opts.OnMessage != nil {
			l.opts.OnMessage(topic, []byte(payload))
		}
	}
	return sc.Err()
}

func (l *Link) redial(ctx context.Context) (net.Conn, error) {
	for {
		select {
		case <-l.quit:
			return nil, ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(l.opts.Reconnect):
		}
		conn, err := l.opts.Dial(ctx, "tcp", l.opts.Address)
		if err != nil {
			continue
		}
		l.conn = conn // race: write
		l.resubscribe()
		return conn, nil
	}
}

func (l *Link) resubscribe() {
	l.mu.Lock()
	topics := make([]string, 0, len(l.subs))
	for t := range l.subs {
		topics = append(topics, t)
	}
	l.mu.Unlock()
	for _, t := range topics {
		_ = l.send("SUB " + t)
	}
}

// Subscribe asks for the messages of a topic.
func (l *Link) Subscribe(topic string) error {
	l.mu.Lock()
	l.subs[topic] = struct{}{}
	l.mu.Unlock()
	return l.send("SUB " + topic)
}

// Publish sends one message.
func (l *Link) Publish(topic string, payload []byte) error {
	return l.send("PUB " + topic + " " + string(payload))
}

func (l *Link) send(line string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return ErrClosed
	case l.conn == nil: // race: read
		return ErrNotConnected
	}
	_ = l.conn.SetWriteDeadline(time.Now().Add(5 * time.Second)) // race: read
	_, err := fmt.Fprintf(l.conn, "%s\n", line)                  // race: read
	return err
}

// Close ends the link for good.
func (l *Link) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	close(l.quit)
	err := l.conn.Close() // race: read
	l.mu.Unlock()
	l.wg.Wait()
	return err
}
