// The tick copies the pointers of all players under the lock and moves the players without it.
package main

import "sync"

type player struct {
	x, y   int
	facing string
}

type world struct {
	sync.Mutex
	players map[string]*player
}

func (w *world) steer(name, facing string) {
	w.Lock()
	defer w.Unlock()
	if p := w.players[name]; p != nil {
		p.facing = facing
	}
}

func (w *world) everyone() []*player {
	w.Lock()
	defer w.Unlock()
	all := make([]*player, 0, len(w.players))
	for _, p := range w.players {
		all = append(all, p)
	}
	return all
}

func (w *world) tick() {
	w.Lock()
	defer w.Unlock()
	for _, p := range w.players {
		switch p.facing {
		case "east":
			p.x++
		case "north":
			p.y++
		}
	}
}

func main() {
	w := &world{players: map[string]*player{"p1": {}, "p2": {}}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 100 {
			w.tick()
		}
	}()
	for i := range 100 {
		w.steer("p1", []string{"east", "north"}[i%2])
	}
	<-done
	println(len(w.everyone()))
}
