// A schedule keeps its entries in a slice that the runner sorts while Add appends.
// want CT1104 CT1105
package main

import (
	"sort"
	"time"
)

type entry struct {
	due  time.Duration
	task func()
}

type cron struct {
	entries []*entry
	add     chan *entry
	stop    chan struct{}
}

func (c *cron) Add(due time.Duration, task func()) {
	c.entries = append(c.entries, &entry{due, task}) // race: write
}

func (c *cron) run(ended chan<- struct{}) {
	defer close(ended)
	for {
		sort.Slice(c.entries, func(i, j int) bool { return c.entries[i].due < c.entries[j].due }) // race: read
		select {
		case e := <-c.add:
			c.entries = append(c.entries, e)
		case <-time.After(20 * time.Microsecond):
			if len(c.entries) > 0 {
				c.entries[0].task()
			}
		case <-c.stop:
			return
		}
	}
}

func main() {
	c := &cron{add: make(chan *entry), stop: make(chan struct{})}
	ended := make(chan struct{})
	go c.run(ended)
	for i := range 50 {
		c.Add(time.Duration(50-i)*time.Second, func() {})
		time.Sleep(10 * time.Microsecond)
	}
	close(c.stop)
	<-ended
}
