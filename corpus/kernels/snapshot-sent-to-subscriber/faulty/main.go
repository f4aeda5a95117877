// The publisher sends its live map to the subscriber, then goes on to change it under its lock.
// want CT1006 CT1003 CT1002
package main

import (
	"encoding/json"
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
	p.online[user] = true // race: write
	p.feed <- p.online    // race: escape
}

func main() {
	p := &Presence{online: map[string]bool{}, feed: make(chan map[string]bool, 8)}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for online := range p.feed {
			if _, err := json.Marshal(online); err != nil { // race: read
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
