// A quota is read in one section and written back in the next: two orders spend the same money.
// want CT1005 CT1105
package main

import (
	"runtime"
	"sync"
)

type wallet struct {
	mu      sync.Mutex
	credits map[string]int
}

func (w *wallet) balance(user string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.credits[user] // race: read
}

func (w *wallet) setBalance(user string, credits int) {
	w.mu.Lock()
	w.credits[user] = credits // race: write
	w.mu.Unlock()
}

func (w *wallet) buy(user string, price int) bool {
	have := w.balance(user)
	if have < price {
		return false
	}
	runtime.Gosched()
	w.setBalance(user, have-price)
	return true
}

func main() {
	for range 200 {
		w := &wallet{credits: map[string]int{}}
		w.setBalance("eve", 10)
		sold := make(chan bool)
		for range 3 {
			go func() { sold <- w.buy("eve", 10) }()
		}
		n := 0
		for range 3 {
			if <-sold {
				n++
			}
		}
		if n != 1 || w.balance("eve") != 0 {
			panic("spent twice")
		}
	}
}
