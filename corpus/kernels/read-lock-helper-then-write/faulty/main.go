// A helper takes the read lock for its callers; one of them writes.
// want CT1004 CT1001 CT1002
package main

import "sync"

type inventory struct {
	rw    sync.RWMutex
	stock map[string]int
}

func (i *inventory) reading(do func()) {
	i.rw.RLock()
	defer i.rw.RUnlock()
	do()
}

func (i *inventory) count(item string) (n int) {
	i.reading(func() { n = i.stock[item] }) // race: read
	return n
}

func (i *inventory) reserve(item string, n int) (ok bool) {
	i.reading(func() {
		if i.stock[item] >= n {
			i.stock[item] -= n // race: write
			ok = true
		}
	})
	return ok
}

func main() {
	inv := &inventory{stock: map[string]int{"bolt": 1000}}
	var clerks sync.WaitGroup
	for range 5 {
		clerks.Go(func() {
			for inv.count("bolt") > 900 && inv.reserve("bolt", 3) {
			}
		})
	}
	clerks.Wait()
}
