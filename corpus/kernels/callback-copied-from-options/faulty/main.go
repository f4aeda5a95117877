// A callback goes from an option into the configuration, and from there into the client, whose goroutine
// calls it for each message. It counts in a map that the owner reads.
// want CT1003 CT1001
package main

import (
	"fmt"
	"time"
)

type config struct {
	onMessage func(topic string)
}

type option func(*config)

func withMessages(handle func(topic string)) option {
	return func(c *config) { c.onMessage = handle }
}

type client struct {
	deliver func(topic string)
	inbox   chan string
}

func dial(options ...option) *client {
	var c config
	for _, apply := range options {
		apply(&c)
	}
	return &client{deliver: c.onMessage, inbox: make(chan string)}
}

func (c *client) loop() {
	for topic := range c.inbox {
		if c.deliver != nil {
			c.deliver(topic)
		}
	}
}

type monitor struct {
	seen map[string]int
}

func (m *monitor) count(topic string) {
	m.seen[topic]++ // race: write
}

func (m *monitor) Total() int {
	total := 0
	for _, n := range m.seen { // race: read
		total += n
	}
	return total
}

func (m *monitor) print() {
	for {
		time.Sleep(time.Duration(m.Total() % 2))
	}
}

func main() {
	m := &monitor{seen: make(map[string]int)}
	c := dial(withMessages(m.count))
	go c.loop()
	go m.print()
	for i := range 2000 {
		c.inbox <- fmt.Sprint("topic", i%30)
	}
	close(c.inbox)
	time.Sleep(time.Millisecond)
}
