// A consumer receives from a channel that its constructor made.
package main

type consumer struct {
	events chan int
}

func (c *consumer) run() {
	for range c.events {
	}
}

func main() {
	c := &consumer{events: make(chan int)}
	go func() {
		c.events <- 1
		close(c.events)
	}()
	c.run()
}
