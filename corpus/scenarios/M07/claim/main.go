// Claim: the collector frees buckets that an iterator still uses, when keys are pointers.
//
// Nobody else refers to the maps here: each lives only in its iterator, and is set to nil after
// the first step. The collector runs at every step. With GODEBUG=clobberfree=1 a freed group or
// key would be filled with 0xdeadbeef.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
)

type peer struct{ id int }

func fill(n int) map[*peer]int {
	m := map[*peer]int{}
	for id := 0; id < n; id++ {
		m[&peer{id}] = id
	}
	return m
}

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			m := fill(300)
			steps := 0
			for p, id := range m {
				m = nil // the iterator is the only owner from here on
				runtime.GC()
				if p.id != id {
					fmt.Println("key", p.id, "has the value", id)
					os.Exit(1)
				}
				steps++
			}
			if steps != 300 {
				fmt.Println("an iteration made", steps, "steps")
				os.Exit(1)
			}
		}()
	}
	wg.Wait()
	fmt.Println("not so: 4 iterations of 300 steps, a collection at each, every key intact")
}
