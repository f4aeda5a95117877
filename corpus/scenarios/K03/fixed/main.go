// Two transfers lock two accounts in the order of their numbers.
package main

import (
	"fmt"
	"sync"
	"time"
)

type account struct {
	number  int
	mu      sync.Mutex
	balance int
}

func transfer(from, to *account, amount int) {
	first, second := from, to
	if second.number < first.number {
		first, second = second, first
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	time.Sleep(50 * time.Millisecond)
	second.mu.Lock()
	defer second.mu.Unlock()
	from.balance -= amount
	to.balance += amount
}

func main() {
	a, b := &account{number: 1}, &account{number: 2}
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
	fmt.Println(a.balance, b.balance)
}
