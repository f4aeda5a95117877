package main

import (
	"sort"
	"sync"
)

type Row struct {
	Player string
	Score  int
}

type Board struct {
	mu   sync.Mutex
	rows []Row
}

func (b *Board) Report(player string, delta int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.rows {
		if b.rows[i].Player == player {
			b.rows[i].Score += delta
			return
		}
	}
	b.rows = append(b.rows, Row{player, delta})
}

// Settle orders the board, best first.
func (b *Board) Settle() {
	b.mu.Lock()
	defer b.mu.Unlock()
	sort.Slice(b.rows, func(i, j int) bool { return b.rows[i].Score > b.rows[j].Score })
}

func (b *Board) Top(n int) []Row {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n > len(b.rows) {
		n = len(b.rows)
	}
	out := make([]Row, n)
	copy(out, b.rows)
	return out
}
