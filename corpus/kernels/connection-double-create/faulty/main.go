// The check and the insert are two critical sections, so two callers create the connection.
// want CT1005
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

var dialed atomic.Int32

type conn struct{ addr string }

func dial(addr string) *conn {
	dialed.Add(1)
	runtime.Gosched()
	return &conn{addr}
}

type Pool struct {
	mu    sync.Mutex
	conns map[string]*conn
}

func (p *Pool) Conn(addr string) *conn {
	p.mu.Lock()
	c, ok := p.conns[addr] // race: read
	p.mu.Unlock()
	if ok {
		return c
	}
	c = dial(addr)
	p.mu.Lock()
	p.conns[addr] = c // race: write
	p.mu.Unlock()
	return c
}

func main() {
	for range 300 {
		dialed.Store(0)
		pool := &Pool{conns: map[string]*conn{}}
		start := make(chan struct{})
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				<-start
				pool.Conn("db:5432")
			})
		}
		close(start)
		wg.Wait()
		if dialed.Load() != 1 {
			panic("one address was dialed twice")
		}
	}
}
