// Readers get a map that nobody changes any more: the writer builds a new one and publishes it.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

type peer struct{ name string }

type ring struct {
	peers atomic.Value // map[*peer]int, never changed after it was stored
}

func (r *ring) replace(old *peer) *peer {
	now := r.peers.Load().(map[*peer]int)
	next := make(map[*peer]int, len(now))
	for p, weight := range now {
		if p != old {
			next[p] = weight
		}
	}
	fresh := &peer{name: old.name}
	next[fresh] = 1
	r.peers.Store(next)
	return fresh
}

func (r *ring) weight() int {
	sum := 0
	for p, weight := range r.peers.Load().(map[*peer]int) {
		sum += weight + len(p.name)
	}
	return sum
}

func main() {
	r := &ring{}
	first := map[*peer]int{}
	var all []*peer
	for i := 0; i < 100; i++ {
		p := &peer{name: "peer"}
		all = append(all, p)
		first[p] = 1
	}
	r.peers.Store(first)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 300; n++ {
				r.weight()
			}
		}()
	}
	for i := 0; i < 1000; i++ {
		slot := i % len(all)
		all[slot] = r.replace(all[slot])
		if i%50 == 0 {
			runtime.GC()
		}
	}
	wg.Wait()
	fmt.Println(r.weight())
}
