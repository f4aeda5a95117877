// A report walks over a large table under the lock, while the collector is always marking. The
// writers wait: for the lock, not for the collector.
package main

import (
	"runtime"
	"sync"
)

type ledger struct {
	mu      sync.Mutex
	entries map[int]*int
}

func (l *ledger) post(account int) {
	l.mu.Lock() // fault: waits
	defer l.mu.Unlock()
	amount := account
	l.entries[account] = &amount
}

func (l *ledger) report() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	total := 0
	for round := 0; round < 1_000_000; round++ {
		for _, amount := range l.entries { // fault: holds
			total += *amount
		}
	}
	return total
}

func main() {
	l := &ledger{entries: map[int]*int{}}
	for account := 0; account < 50_000; account++ {
		l.post(account)
	}
	go func() {
		for {
			runtime.GC()
		}
	}()
	go l.report()
	runtime.Gosched()
	for i := 0; i < 12; i++ {
		go func() {
			for account := 0; ; account++ {
				l.post(account % 50_000)
			}
		}()
	}
	select {}
}
