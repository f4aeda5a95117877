// A long walk over pointer keys, the collector forced meanwhile, and a writer that replaces keys.
// want CT1003 CT1002
package main

import (
	"runtime"
	"sync"
)

type node struct {
	weight int
	edges  []*node
}

type graph struct {
	lock  sync.RWMutex
	marks map[*node]int
}

func (g *graph) replace(old *node) *node {
	fresh := &node{weight: old.weight + 1}
	delete(g.marks, old)          // race: write
	g.marks[fresh] = fresh.weight // race: write
	return fresh
}

func (g *graph) total() (sum int) {
	g.lock.RLock()
	defer g.lock.RUnlock()
	for n, mark := range g.marks { // race: read
		sum += n.weight * mark
	}
	return sum
}

func main() {
	g := &graph{marks: map[*node]int{}}
	current := make([]*node, 50)
	for i := range current {
		current[i] = &node{weight: i}
		g.marks[current[i]] = i
	}
	collected := make(chan struct{})
	go func() {
		defer close(collected)
		for range 5 {
			runtime.GC()
			g.total()
		}
	}()
	for i := range current {
		current[i] = g.replace(current[i])
	}
	<-collected
}
