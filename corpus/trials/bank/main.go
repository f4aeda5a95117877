// Transfers, the ledger and the audit each hold a lock and want the next one: a circle of three.
package main

import (
	"fmt"
	"net/http"
	"sync"
)

type Accounts struct {
	mu      sync.Mutex
	balance map[string]int
	ledger  *Ledger
}

type Ledger struct {
	mu     sync.Mutex
	lines  []string
	audits *Audit
}

type Audit struct {
	mu       sync.Mutex
	seen     int
	accounts *Accounts
}

func (a *Accounts) Transfer(from, to string, amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance[from] -= amount
	a.balance[to] += amount
	a.ledger.Write(fmt.Sprint(from, to, amount))
}

func (a *Accounts) Total() (sum int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, b := range a.balance {
		sum += b
	}
	return sum
}

func (l *Ledger) Write(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

func (l *Ledger) Rotate() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = nil
	l.audits.Note()
}

func (a *Audit) Note() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen++
}

func (a *Audit) Check() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.accounts.Total() != 0 {
		panic("books do not balance")
	}
}

func main() {
	audit := &Audit{}
	ledger := &Ledger{audits: audit}
	accounts := &Accounts{balance: map[string]int{}, ledger: ledger}
	audit.accounts = accounts
	go http.ListenAndServe("127.0.0.1:0", nil)
	for i := 0; i < 3; i++ {
		go func() {
			for {
				accounts.Transfer("a", "b", 1)
			}
		}()
	}
	go func() {
		for {
			ledger.Rotate()
		}
	}()
	go func() {
		for {
			audit.Check()
		}
	}()
	select {}
}
