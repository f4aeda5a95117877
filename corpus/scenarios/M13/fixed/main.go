// The report walks over a copy; the lock is held for as long as the copy takes.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type ledger struct {
	mu      sync.Mutex
	entries map[int]*int
}

func (l *ledger) post(account int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	amount := account
	l.entries[account] = &amount
}

func (l *ledger) report() int {
	l.mu.Lock()
	amounts := make([]*int, 0, len(l.entries))
	for _, amount := range l.entries {
		amounts = append(amounts, amount)
	}
	l.mu.Unlock()
	total := 0
	for round := 0; round < 20; round++ {
		for _, amount := range amounts {
			total += *amount
		}
	}
	return total
}

func main() {
	l := &ledger{entries: map[int]*int{}}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for account := 0; account < 10_000; account++ {
				l.post(account)
			}
		}()
	}
	for i := 0; i < 5; i++ {
		runtime.GC()
		l.report()
	}
	wg.Wait()
	fmt.Println(l.report() > 0)
}
