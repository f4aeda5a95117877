// Get holds the write lock.

package main

import (
	"fmt"
	"sync"
)

func scan(l *LRU, from, to int) (hits int) {
	for no := from; no < to; no++ {
		if _, ok := l.Get(no); ok {
			hits++
		}
	}
	return hits
}

func main() {
	l := NewLRU(32)
	for i := range 40 {
		l.Add(&Page{No: i, Data: make([]byte, 8)})
	}
	var wg sync.WaitGroup
	hits := make([]int, 3)
	for w := range hits {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 20 {
				hits[w] += scan(l, w*5, 40)
			}
		}()
	}
	wg.Wait()
	fmt.Println(hits[0] > 0)
}
