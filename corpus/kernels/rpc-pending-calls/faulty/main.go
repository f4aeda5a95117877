// A client of a small RPC protocol: callers insert into the table of pending calls, the reader removes.
// want CT1001 CT1002
package main

import "sync"

type reply struct {
	seq  uint64
	body string
}

type client struct {
	mu      sync.Mutex
	seq     uint64
	pending map[uint64]chan string
	wire    chan reply
}

func (c *client) call() string {
	c.mu.Lock()
	c.seq++
	seq := c.seq
	c.mu.Unlock()
	answer := make(chan string, 1)
	c.pending[seq] = answer // race: write
	c.wire <- reply{seq, "pong"}
	return <-answer
}

func (c *client) readLoop() {
	for r := range c.wire {
		c.mu.Lock()
		answer := c.pending[r.seq]
		delete(c.pending, r.seq) // race: write
		c.mu.Unlock()
		if answer != nil {
			answer <- r.body
		}
	}
}

func main() {
	c := &client{pending: make(map[uint64]chan string), wire: make(chan reply, 16)}
	go c.readLoop()
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for range 20 {
				c.call()
			}
		})
	}
	callers.Wait()
	close(c.wire)
}
