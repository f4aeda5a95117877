// A ring of the last messages: one side cuts the slice while the other counts on its length.
package main

import (
	"fmt"
	"sync"
)

type ring struct {
	items []string
	head  int
}

func (r *ring) push(item string) {
	if len(r.items) > 64 {
		r.items = r.items[:0]
		r.head = 0
	}
	r.items = append(r.items, item)
	r.head++
}

func (r *ring) last() string {
	if r.head == 0 {
		return ""
	}
	return r.items[r.head-1]
}

func main() {
	r := &ring{}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(2)
		go func() {
			defer wg.Done()
			for n := 0; n < 10000000; n++ {
				r.push(fmt.Sprint(n))
			}
		}()
		go func() {
			defer wg.Done()
			for n := 0; n < 10000000; n++ {
				_ = r.last()
			}
		}()
	}
	wg.Wait()
}
