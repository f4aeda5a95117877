// Stats of a connection pool read the counters that Get and Put change under the lock.
package main

import "sync"

type conn struct{ id int }

type Pool struct {
	sync.Mutex
	idle []*conn
	open int
	max  int
}

type Stats struct{ Open, Idle, Max int }

func (p *Pool) Get() *conn {
	p.Lock()
	defer p.Unlock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return c
	}
	p.open++
	return &conn{p.open}
}

func (p *Pool) Put(c *conn) {
	p.Lock()
	defer p.Unlock()
	if len(p.idle) >= p.max {
		p.open--
		return
	}
	p.idle = append(p.idle, c)
}

func (p *Pool) Stats() (s Stats) {
	p.Lock()
	defer p.Unlock()
	s.Open = p.open
	s.Idle = len(p.idle)
	s.Max = p.max
	return s
}

func main() {
	pool := &Pool{max: 2}
	var users sync.WaitGroup
	for range 4 {
		users.Add(1)
		go func(p *Pool) {
			defer users.Done()
			for range 20 {
				p.Put(p.Get())
			}
		}(pool)
	}
	for range 50 {
		_ = pool.Stats()
	}
	users.Wait()
}
