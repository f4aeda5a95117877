// Claim: LoadOrStore exposes the native map inside sync.Map, and check-then-act on a sync.Map is
// a crash.
//
// Nothing of the inside comes out: the API gives values only. Load followed by Store loses
// updates, which is counted here; it cannot crash.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var m sync.Map
	m.Store("hits", 0)
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 50_000; n++ {
				hits, _ := m.Load("hits")
				m.Store("hits", hits.(int)+1)
			}
		}()
	}
	wg.Wait()
	hits, _ := m.Load("hits")
	fmt.Println("not so: no crash;", 400_000-hits.(int), "of 400000 updates were lost")
}
