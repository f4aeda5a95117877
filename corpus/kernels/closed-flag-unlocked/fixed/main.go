// Close sets the flag without the lock that all others hold.
package main

import (
	"errors"
	"sync"
)

type Conn struct {
	mu     sync.Mutex
	closed bool
	sent   int
}

func (c *Conn) Send() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errors.New("closed")
	}
	c.sent++
	return nil
}

func (c *Conn) Sent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return -1
	}
	return c.sent
}

func (c *Conn) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}

func main() {
	c := &Conn{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for c.Send() == nil && c.Sent() < 1000 {
		}
	}()
	c.Close()
	<-done
}
