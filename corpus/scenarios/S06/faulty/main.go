// A consumer receives from a channel field that nobody has made.
package main

import "time"

type consumer struct {
	events chan int
}

func (c *consumer) run() {
	for range c.events { // fault: waits
	}
}

func main() {
	c := &consumer{}
	go c.run()
	go func() { c.events <- 1 }()
	for {
		time.Sleep(time.Second)
	}
}
