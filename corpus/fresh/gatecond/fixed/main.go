// Open sets the flag with the mutex held and then broadcasts.

package main

import (
	"fmt"
	"sync"
	"time"
)

// Gate blocks writers during a snapshot.
type Gate struct {
	mu   sync.Mutex
	cond *sync.Cond
	open bool
}

func NewGate() *Gate {
	g := &Gate{}
	g.cond = sync.NewCond(&g.mu)
	return g
}

func (g *Gate) Wait() {
	g.mu.Lock()
	for !g.open {
		g.cond.Wait()
	}
	g.mu.Unlock()
}

func (g *Gate) Open() {
	g.mu.Lock()
	g.open = true
	g.mu.Unlock()
	g.cond.Broadcast()
}

type writer struct {
	gate *Gate
	out  chan<- string
}

func (w writer) commit(key string) {
	w.gate.Wait()
	w.out <- key
}

func main() {
	for round := range 5 {
		g := NewGate()
		out := make(chan string, 8)
		for i := range 4 {
			go writer{g, out}.commit(fmt.Sprintf("k%d", i))
		}
		snapshot := time.Duration(round) * 100 * time.Microsecond
		time.Sleep(snapshot)
		g.Open()
		seen := 0
		timeout := time.After(200 * time.Millisecond)
	drain:
		for seen < 4 {
			select {
			case <-out:
				seen++
			case <-timeout:
				break drain
			}
		}
		g.mu.Lock()
		g.cond.Broadcast()
		g.mu.Unlock()
	}
	fmt.Println("snapshots done")
}
