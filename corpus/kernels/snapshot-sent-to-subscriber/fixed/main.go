// The publisher sends its live map to the subscriber, then goes on to change it under its lock.
package main

import (
	"encoding/json"
	"maps"
	"sync"
)

type Presence struct {
	mu     sync.Mutex
	online map[string]bool
	feed   chan map[string]bool
}

func (p *Presence) Join(user string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.online[user] = true
	p.feed <- maps.Clone(p.online)
}

func main() {
	p := &Presence{online: map[string]bool{}, feed: make(chan map[string]bool, 8)}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for online := range p.feed {
			if _, err := json.Marshal(online); err != nil {
				panic(err)
			}
		}
	}()
	for _, user := range []string{"ann", "bob", "cid", "dee"} {
		p.Join(user)
	}
	close(p.feed)
	<-finished
}
