// The goroutine of a connection makes its player, gives it to the arena, and goes on to fill its bag.
// want CT1001 CT1002 CT1003 CT1110
package main

import (
	"fmt"
	"time"
)

type player struct {
	name string
	bag  map[string]int
}

func newPlayer(name string) *player {
	return &player{name: name, bag: map[string]int{}}
}

// play picks up what lies about.
func (p *player) play() {
	for i := range 500 {
		p.take(fmt.Sprint("coin", i%7))
	}
}

func (p *player) take(thing string) {
	p.bag[thing]++ // race: write
}

func (p *player) worth() int {
	n := 0
	for _, each := range p.bag { // race: read
		n += each
	}
	return n
}

type arena struct {
	enter   chan *player
	players map[*player]bool
	best    int
}

// run owns the set of players.
func (a *arena) run(done <-chan struct{}) {
	tick := time.NewTicker(20 * time.Microsecond)
	defer tick.Stop()
	for {
		select {
		case p := <-a.enter:
			a.players[p] = true
		case <-tick.C:
			a.rank()
		case <-done:
			return
		}
	}
}

func (a *arena) rank() {
	for p := range a.players {
		a.best = max(a.best, p.worth())
	}
}

func (a *arena) serve(name string, left chan<- struct{}) {
	p := newPlayer(name)
	a.enter <- p
	p.play()
	left <- struct{}{}
}

func main() {
	a := &arena{enter: make(chan *player), players: map[*player]bool{}}
	done, left := make(chan struct{}), make(chan struct{})
	go a.run(done)
	for i := range 4 {
		go a.serve(fmt.Sprint("p", i), left)
	}
	for range 4 {
		<-left
	}
	close(done)
}
