package main

import "sync"

type Tenant string

type Ledger struct {
	mu    sync.Mutex
	limit int
	used  map[Tenant]int
}

func NewLedger(limit int) *Ledger {
	return &Ledger{limit: limit, used: make(map[Tenant]int)}
}

func (l *Ledger) Charge(t Tenant, n int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.used[t]+n > l.limit {
		return false
	}
	l.used[t] += n
	return true
}

func (l *Ledger) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.used = make(map[Tenant]int)
}
