// The items change under the lock of the roster.

package game

import (
	"errors"
	"sync"
)

var (
	// ErrFull is returned for rooms without a seat.
	ErrFull = errors.New("room is full")
	// ErrNoPlayer is returned for players who are not here.
	ErrNoPlayer = errors.New("no such player")
)

// Player is somebody in a room.
type Player struct {
	Name  string
	Score int
	Items map[string]int
}

// roster is the table of players, part of every room.
type roster struct {
	mu      sync.RWMutex
	players map[string]*Player
	seats   int
}

func (r *roster) join(name string) (*Player, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p, ok := r.players[name]; ok {
		return p, nil
	}
	if len(r.players) >= r.seats {
		return nil, ErrFull
	}
	p := &Player{Name: name, Items: make(map[string]int)}
	r.players[name] = p
	return p, nil
}

func (r *roster) leave(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.players, name)
}

func (r *roster) find(name string) (*Player, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	p, ok := r.players[name]
	if !ok {
		return nil, ErrNoPlayer
	}
	return p, nil
}
