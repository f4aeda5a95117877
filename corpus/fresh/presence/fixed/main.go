// Count asks the loop for the number over a channel.

package main

import (
	"fmt"
	"time"
)

type change struct {
	user string
	on   bool
}

type Tracker struct {
	changes chan change
	counts  chan chan int
	quit    chan struct{}
	online  map[string]time.Time
}

func Start() *Tracker {
	t := &Tracker{
		changes: make(chan change),
		counts:  make(chan chan int),
		quit:    make(chan struct{}),
		online:  make(map[string]time.Time),
	}
	go t.loop()
	return t
}

func (t *Tracker) loop() {
	idle := time.NewTicker(time.Second)
	defer idle.Stop()
	for {
		select {
		case c := <-t.changes:
			if c.on {
				t.online[c.user] = time.Now()
			} else {
				delete(t.online, c.user)
			}
		case reply := <-t.counts:
			reply <- len(t.online)
		case now := <-idle.C:
			for u, at := range t.online {
				if now.Sub(at) > time.Minute {
					delete(t.online, u)
				}
			}
		case <-t.quit:
			return
		}
	}
}

func (t *Tracker) Join(u string)  { t.changes <- change{u, true} }
func (t *Tracker) Leave(u string) { t.changes <- change{u, false} }

func (t *Tracker) Count() int {
	reply := make(chan int)
	t.counts <- reply
	return <-reply
}

func main() {
	t := Start()
	top := 0
	for i := range 100 {
		t.Join(fmt.Sprint("user", i))
		top = max(top, t.Count())
		if i%3 == 0 {
			t.Leave(fmt.Sprint("user", i))
			top = max(top, t.Count())
		}
	}
	close(t.quit)
	fmt.Println("peak seen:", top > 0)
}
