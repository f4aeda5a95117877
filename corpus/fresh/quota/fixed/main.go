// Charge has a pointer receiver and locks the ledger's own mutex.

package main

import (
	"fmt"
	"sync"
)

type charger interface {
	Charge(t Tenant, n int) bool
}

func serve(c charger, t Tenant, calls int) (ok int) {
	for range calls {
		if c.Charge(t, 3) {
			ok++
		}
	}
	return ok
}

func main() {
	l := NewLedger(1000)
	var wg sync.WaitGroup
	for _, t := range []Tenant{"acme", "globex", "initech"} {
		wg.Add(1)
		go func(t Tenant) {
			defer wg.Done()
			serve(l, t, 200)
		}(t)
	}
	wg.Wait()
	l.Reset()
	fmt.Println(l.Charge("acme", 1))
}
