// The table of leases has two locks, and renewing takes the one of the statistics.
// want race

package leases

import (
	"errors"
	"fmt"
	"sort"
	"sync"
	"time"
)

var (
	// ErrHeld is returned if somebody else has the lease.
	ErrHeld = errors.New("lease is held by another")
	// ErrUnknown is returned for leases that nobody holds.
	ErrUnknown = errors.New("lease is unknown")
)

// Lease is a right for some time.
type Lease struct {
	Name    string
	Holder  string
	Expires time.Time
	Renewed int
}

// Stats count what happened.
type Stats struct {
	Granted, Refused, Renewed, Expired int
}

// Table holds leases.
type Table struct {
	ttl time.Duration
	now func() time.Time

	mu     sync.Mutex
	leases map[string]Lease

	statsMu sync.Mutex
	stats   Stats
}

// NewTable returns an empty table.
func NewTable(ttl time.Duration) *Table {
	return &Table{ttl: ttl, now: time.Now, leases: make(map[string]Lease)}
}

// Acquire gives the lease to the holder if it is free.
func (t *Table) Acquire(name, holder string) (Lease, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if l, ok := t.leases[name]; ok && l.Holder != holder && now.Before(l.Expires) { // race: read
		t.count(func(s *Stats) { s.Refused++ })
		return Lease{}, fmt.Errorf("%s: %w", name, ErrHeld)
	}
	l := Lease{Name: name, Holder: holder, Expires: now.Add(t.ttl)}
	t.leases[name] = l // race: write
	t.count(func(s *Stats) { s.Granted++ })
	return l, nil
}

// Renew makes the lease last longer.
func (t *Table) Renew(name, holder string) (Lease, error) {
	t.statsMu.Lock()
	defer t.statsMu.Unlock()
	l, ok := t.leases[name] // race: read
	if !ok {
		return Lease{}, fmt.Errorf("%s: %w", name, ErrUnknown)
	}
	if l.Holder != holder {
		return Lease{}, fmt.Errorf("%s: %w", name, ErrHeld)
	}
	l.Expires = t.now().Add(t.ttl)
	l.Renewed++
	t.leases[name] = l // race: write
	t.stats.Renewed++
	return l, nil
}

// Release gives the lease back.
func (t *Table) Release(name, holder string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	l, ok := t.leases[name]
	if !ok || l.Holder != holder {
		return fmt.Errorf("%s: %w", name, ErrUnknown)
	}
	delete(t.leases, name) // race: write
	return nil
}

// Expire takes out what has run out and returns the names.
func (t *Table) Expire() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var names []string
	now := t.now()
	for name, l := range t.leases { // race: read
		if now.After(l.Expires) {
			delete(t.leases, name) // race: write
			names = append(names, name)
		}
	}
	sort.Strings(names)
	t.count(func(s *Stats) { s.Expired += len(names) })
	return names
}

// Stats returns the counts.
func (t *Table) Stats() Stats {
	t.statsMu.Lock()
	defer t.statsMu.Unlock()
	return t.stats
}

func (t *Table) count(f func(*Stats)) {
	t.statsMu.Lock()
	defer t.statsMu.Unlock()
	f(&t.stats)
}
