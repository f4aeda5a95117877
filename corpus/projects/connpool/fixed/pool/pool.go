// The cleaner takes the lock.

package pool

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

var (
	// ErrClosed is returned after Close.
	ErrClosed = errors.New("pool: closed")
	// ErrBusy is returned if no connection comes back in time.
	ErrBusy = errors.New("pool: all connections are in use")
)

// Config configures a Pool.
type Config struct {
	Dial    func(ctx context.Context) (net.Conn, error)
	MaxOpen int
	MaxIdle int
	IdleFor time.Duration
	MaxWait time.Duration
}

// Conn is a connection of a pool.
type Conn struct {
	net.Conn
	pool    *Pool
	created time.Time
	used    time.Time
	broken  bool
}

// Pool keeps connections for use again.
type Pool struct {
	cfg   Config
	slots chan struct{}

	mu     sync.Mutex
	idle   []*Conn
	closed bool
	stop   chan struct{}
}

// New returns a pool and starts its cleaner.
func New(cfg Config) (*Pool, error) {
	if cfg.Dial == nil {
		return nil, errors.New("pool: no dial function")
	}
	if cfg.MaxOpen <= 0 {
		cfg.MaxOpen = 8
	}
	if cfg.MaxIdle <= 0 || cfg.MaxIdle > cfg.MaxOpen {
		cfg.MaxIdle = cfg.MaxOpen
	}
	if cfg.IdleFor <= 0 {
		cfg.IdleFor = time.Minute
	}
	if cfg.MaxWait <= 0 {
		cfg.MaxWait = time.Second
	}
	p := &Pool{cfg: cfg, slots: make(chan struct{}, cfg.MaxOpen), stop: make(chan struct{})}
	go p.clean()
	return p, nil
}

// Get returns an idle connection or a new one.
func (p *Pool) Get(ctx context.Context) (*Conn, error) {
	timer := time.NewTimer(p.cfg.MaxWait)
	defer timer.Stop()
	select {
	case p.slots <- struct{}{}:
	case <-timer.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c, err := p.take(ctx)
	if err != nil {
		<-p.slots
		return nil, err
	}
	return c, nil
}

func (p *Pool) take(ctx context.Context) (*Conn, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, ErrClosed
	}
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	raw, err := p.cfg.Dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("pool: dial: %w", err)
	}
	return &Conn{Conn: raw, pool: p, created: time.Now()}, nil
}

// MarkBroken keeps the connection from being used again.
func (c *Conn) MarkBroken() { c.broken = true }

// Release gives the connection back.
func (c *Conn) Release() error {
	p := c.pool
	defer func() { <-p.slots }()
	p.mu.Lock()
	if !c.broken && !p.closed && len(p.idle) < p.cfg.MaxIdle {
		c.used = time.Now()
		p.idle = append(p.idle, c)
		p.mu.Unlock()
		return nil
	}
	p.mu.Unlock()
	return c.Conn.Close()
}

func (p *Pool) clean() {
	t := time.NewTicker(p.cfg.IdleFor)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			return
		case now := <-t.C:
			p.closeOlder(now.Add(-p.cfg.IdleFor))
		}
	}
}

func (p *Pool) closeOlder(limit time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := make([]*Conn, 0, len(p.idle))
	for _, c := range p.idle {
		if c.used.Before(limit) {
			c.Conn.Close()
			continue
		}
		kept = append(kept, c)
	}
	p.idle = kept
}

// Idle returns how many connections wait for use.
func (p *Pool) Idle() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.idle)
}

// Close closes the idle connections; the others are closed when they come back.
func (p *Pool) Close() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	close(p.stop)
	for _, c := range idle {
		c.Conn.Close()
	}
}
