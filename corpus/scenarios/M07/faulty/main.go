// Many goroutines range over a map whose keys are pointers; one replaces keys; the collector runs
// all the time.
package main

import "runtime"

type peer struct{ name string }

type ring struct {
	peers map[*peer]int
}

func (r *ring) replace(old *peer) *peer {
	delete(r.peers, old) // fault: write
	fresh := &peer{name: old.name}
	r.peers[fresh] = 1 // fault: write
	return fresh
}

func (r *ring) weight() int {
	sum := 0
	for p, weight := range r.peers { // fault: read
		sum += weight + len(p.name) // fault: read
	}
	return sum
}

func main() {
	r := &ring{peers: map[*peer]int{}}
	var all []*peer
	for i := 0; i < 1000; i++ {
		p := &peer{name: "peer"}
		all = append(all, p)
		r.peers[p] = 1
	}
	go func() {
		for {
			runtime.GC()
		}
	}()
	for i := 0; i < 4; i++ {
		go func() {
			for {
				r.weight()
			}
		}()
	}
	for i := 0; ; i++ {
		slot := i % len(all)
		all[slot] = r.replace(all[slot])
	}
}
