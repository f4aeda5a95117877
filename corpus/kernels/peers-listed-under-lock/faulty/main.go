// The list of peers is copied under the lock, but the peers in the copy are the same ones.
// want CT1105 CT1006 CT1008
package main

import (
	"fmt"
	"sync"
	"time"
)

type peer struct {
	addr  string
	score int
	seen  time.Time
}

type table struct {
	mu    sync.Mutex
	peers map[string]*peer
}

func (t *table) list() []*peer {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]*peer, 0, len(t.peers))
	for _, p := range t.peers {
		all = append(all, p)
	}
	return all
}

func (t *table) heard(addr string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p, ok := t.peers[addr]
	if !ok {
		p = &peer{addr: addr}
		t.peers[addr] = p
	}
	p.seen = time.Now() // race: write
	p.score++           // race: write
}

type report struct {
	table *table
	every time.Duration
}

func (r *report) run(done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-time.After(r.every):
			r.print()
		}
	}
}

func (r *report) print() {
	worst := 0
	for _, p := range r.table.list() {
		worst = min(worst, p.score) // race: read
	}
	if worst < 0 {
		fmt.Println("worst:", worst)
	}
}

func main() {
	t := &table{peers: map[string]*peer{}}
	done := make(chan struct{})
	r := &report{table: t, every: 30 * time.Microsecond}
	go r.run(done)
	for i := range 3000 {
		t.heard(fmt.Sprint("10.0.0.", i%5))
	}
	close(done)
}
