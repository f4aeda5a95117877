// The bank's lock covers finding the account; deposits change it after the lock is gone.
package main

import (
	"errors"
	"sync"
)

type account struct {
	holder  string
	balance int
}

type bank struct {
	mu       sync.Mutex
	accounts map[int]*account
}

func (b *bank) find(number int) (*account, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.accounts[number]
	if a == nil {
		return nil, errors.New("no such account")
	}
	return a, nil
}

func (b *bank) deposit(number, amount int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.accounts[number]
	if a == nil {
		return errors.New("no such account")
	}
	a.balance += amount
	return nil
}

func main() {
	b := &bank{accounts: map[int]*account{1: {holder: "ann"}}}
	errs := make(chan error, 10)
	for range 10 {
		go func() { errs <- b.deposit(1, 5) }()
	}
	for range 10 {
		if err := <-errs; err != nil {
			panic(err)
		}
	}
	if a, _ := b.find(1); a.balance != 50 {
		panic("a deposit is missing")
	}
}
