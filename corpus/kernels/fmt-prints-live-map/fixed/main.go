// A debug line prints the map of open streams while the streams open and close.
package main

import (
	"fmt"
	"sync"
)

type conn struct {
	mu      sync.Mutex
	streams map[uint32]string
	log     func(string)
}

func (c *conn) open(id uint32, path string) {
	c.mu.Lock()
	c.streams[id] = path
	c.mu.Unlock()
	c.mu.Lock()
	line := fmt.Sprintf("open streams: %v", c.streams)
	c.mu.Unlock()
	c.log(line)
}

func (c *conn) reset(id uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.streams, id)
}

func main() {
	c := &conn{streams: map[uint32]string{}, log: func(string) {}}
	finished := make(chan bool)
	for lane := range uint32(3) {
		go func() {
			for i := range uint32(40) {
				id := i*3 + lane
				c.open(id, "/feed")
				c.reset(id)
			}
			finished <- true
		}()
	}
	for range 3 {
		<-finished
	}
}
