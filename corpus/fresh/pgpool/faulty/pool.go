package main

import (
	"errors"
	"sync"
)

var ErrExhausted = errors.New("pool: no connection left")

type Conn struct{ id int }

func (c *Conn) Exec(q string) int { return len(q) + c.id }

type Stats struct{ Idle, InUse int }

type Pool struct {
	mu    sync.Mutex
	idle  chan *Conn
	inUse int
}

func Open(size int) *Pool {
	p := &Pool{idle: make(chan *Conn, size)}
	for i := range size {
		p.idle <- &Conn{id: i}
	}
	return p
}

func (p *Pool) Acquire() (*Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case c := <-p.idle:
		p.inUse++ // race: write
		return c, nil
	default:
		return nil, ErrExhausted
	}
}

func (p *Pool) Release(c *Conn) {
	p.mu.Lock()
	p.inUse-- // race: write
	p.mu.Unlock()
	p.idle <- c
}

func (p *Pool) Stats() Stats {
	return Stats{Idle: len(p.idle), InUse: p.inUse} // race: read
}
