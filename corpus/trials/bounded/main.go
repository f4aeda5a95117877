// Jobs of a bounded group start jobs in the same group.
package main

import (
	"fmt"
	"sync"
)

type group struct {
	wg    sync.WaitGroup
	slots chan struct{}
}

func (g *group) Go(f func()) {
	g.slots <- struct{}{}
	g.wg.Add(1)
	go func() {
		defer func() { <-g.slots; g.wg.Done() }()
		f()
	}()
}

func (g *group) walk(dir string, depth int) {
	for i := 0; i < 3 && depth < 4; i++ {
		sub := fmt.Sprintf("%s/%d", dir, i)
		g.Go(func() { g.walk(sub, depth+1) })
	}
}

func main() {
	g := &group{slots: make(chan struct{}, 4)}
	g.walk("/data", 0)
	g.wg.Wait()
	fmt.Println("walked")
}
