// SetLogger replaces the package's logger interface value with no guard while workers log through it.
// want race

package main

import (
	"fmt"
	"io"
	"time"
)

type consumer struct {
	topic string
	stop  chan struct{}
	gone  chan struct{}
}

func Consume(topic string) *consumer {
	c := &consumer{topic: topic, stop: make(chan struct{}), gone: make(chan struct{})}
	go c.run()
	return c
}

func (c *consumer) run() {
	defer close(c.gone)
	for off := 0; ; off++ {
		select {
		case <-c.stop:
			return
		default:
			logf("%s: offset %d", c.topic, off)
			time.Sleep(5 * time.Microsecond)
		}
	}
}

func main() {
	c := Consume("orders")
	for i := range 50 {
		if i%2 == 0 {
			SetLogger(&writerLogger{io.Discard}) // race: write
		} else {
			SetLogger(discard{})
		}
		time.Sleep(20 * time.Microsecond)
	}
	close(c.stop)
	<-c.gone
	fmt.Println("stopped", c.topic)
}
