package game

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// Room is a place with players.
type Room struct {
	roster
	Name    string
	started time.Time
}

// NewRoom returns an empty room.
func NewRoom(name string, seats int) *Room {
	return &Room{Name: name, started: time.Now(), roster: roster{players: make(map[string]*Player), seats: seats}}
}

// Enter lets a player in.
func (r *Room) Enter(name string) error {
	_, err := r.join(name)
	return err
}

// Leave lets a player out.
func (r *Room) Leave(name string) { r.leave(name) }

// Award adds to the score of a player.
func (r *Room) Award(name string, points int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.players[name]
	if !ok {
		return ErrNoPlayer
	}
	p.Score += points
	return nil
}

// Give hands an item to a player.
func (r *Room) Give(from, to, item string) error {
	giver, err := r.find(from)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	taker, err := r.find(to)
	if err != nil {
		return fmt.Errorf("%s: %w", to, err)
	}
	if giver.Items[item] == 0 { // race: read
		return fmt.Errorf("%s has no %s", from, item)
	}
	giver.Items[item]-- // race: write
	taker.Items[item]++ // race: write
	return nil
}

// Find gives a player something from the floor.
func (r *Room) Find(name, item string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.players[name]
	if !ok {
		return ErrNoPlayer
	}
	p.Items[item]++ // race: write
	return nil
}

// Board shows the players, the best first.
func (r *Room) Board() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	players := make([]*Player, 0, len(r.players))
	for _, p := range r.players {
		players = append(players, p)
	}
	sort.Slice(players, func(i, j int) bool { return players[i].Score > players[j].Score })
	var b strings.Builder
	for _, p := range players {
		fmt.Fprintf(&b, "%s %d", p.Name, p.Score)
		for item, n := range p.Items { // race: read
			fmt.Fprintf(&b, " %s*%d", item, n)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
