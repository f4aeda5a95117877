// The helper expects the caller's lock; one of its three callers does not hold it.
// want CT1105 CT1102
package main

import "sync"

type Ledger struct {
	mu      sync.Mutex
	entries int
	version int
}

// bump expects the lock to be held.
func (l *Ledger) bump(n int) {
	l.entries += n
	l.version++ // race: write
}

func (l *Ledger) Post() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bump(1)
}

func (l *Ledger) PostAll(n int) {
	l.mu.Lock()
	l.bump(n)
	l.mu.Unlock()
}

func (l *Ledger) Compact() {
	l.bump(-l.entries / 2) // race: write
}

func main() {
	var ledger Ledger
	var jobs sync.WaitGroup
	for _, job := range []func(){ledger.Post, func() { ledger.PostAll(3) }, ledger.Compact} {
		jobs.Add(1)
		go func() {
			defer jobs.Done()
			for range 30 {
				job()
			}
		}()
	}
	jobs.Wait()
}
