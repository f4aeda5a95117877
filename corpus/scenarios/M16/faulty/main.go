// The struct is passed by value: each copy has its own mutex, and all copies share one map.
package main

import "sync"

type registry struct {
	mu    sync.Mutex
	hosts map[int]int
}

func (r registry) add(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hosts[n%1000] = n // fault: write
}

func main() {
	r := registry{hosts: map[int]int{}}
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 5_000_000; n++ {
				r.add(n)
			}
		}()
	}
	wg.Wait()
}
