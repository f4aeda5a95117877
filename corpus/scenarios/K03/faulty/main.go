// Two transfers lock two accounts in two orders.
package main

import (
	"sync"
	"time"
)

type account struct {
	mu      sync.Mutex
	balance int
}

func transfer(from, to *account, amount int) {
	from.mu.Lock()
	defer from.mu.Unlock()
	time.Sleep(50 * time.Millisecond)
	to.deposit(amount) // fault: holds
	from.balance -= amount
}

func (a *account) deposit(amount int) {
	a.mu.Lock() // fault: waits
	defer a.mu.Unlock()
	a.balance += amount
}

func main() {
	a, b := &account{}, &account{}
	var transfers sync.WaitGroup
	transfers.Add(2)
	go func() {
		defer transfers.Done()
		transfer(a, b, 1)
	}()
	go func() {
		defer transfers.Done()
		transfer(b, a, 2)
	}()
	transfers.Wait()
}
