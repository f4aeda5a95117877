// An early return unlocks, and so does the deferred call; recover does not help.
package main

import (
	"errors"
	"sync"
)

type Account struct {
	mu      sync.Mutex
	balance int
}

func (a *Account) Withdraw(n int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.balance < n {
		a.mu.Unlock()
		return errors.New("not enough")
	}
	a.balance -= n
	return nil
}

func main() {
	a := &Account{balance: 10}
	defer func() { recover() }()
	a.Withdraw(20)
}
