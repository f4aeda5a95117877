// Package orders takes orders.
package orders

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"time"
)

type Line struct {
	Article string `json:"article"`
	Count   int    `json:"count"`
}

type Order struct {
	ID    string `json:"id"`
	Lines []Line `json:"lines"`
	Cents int    `json:"cents"`
}

type Store struct {
	mu     sync.RWMutex
	next   int
	orders map[string]Order
}

func NewStore() *Store { return &Store{orders: make(map[string]Order)} }

func (s *Store) Add(o *Order) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	o.ID = fmt.Sprintf("o%06d", s.next)
	s.orders[o.ID] = *o
}

func (s *Store) Get(id string) (Order, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, ok := s.orders[id]
	return o, ok
}

func (s *Store) All() []Order {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Order, 0, len(s.orders))
	for _, o := range s.orders {
		out = append(out, o)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// Pricing asks for the prices of all lines at the same time.
type Pricing struct{ limit time.Duration }

func NewPricing(limit time.Duration) *Pricing { return &Pricing{limit: limit} }

func (p *Pricing) Total(ctx context.Context, lines []Line) int {
	ctx, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	prices := make([]int, len(lines))
	var wg sync.WaitGroup
	for i, l := range lines {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if ctx.Err() == nil {
				prices[i] = l.Count * 100
			}
		}()
	}
	wg.Wait()
	total := 0
	for _, c := range prices {
		total += c
	}
	return total
}
