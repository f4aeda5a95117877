// A small group of our own keeps the first error without a lock.
// want CT1105 CT1102 CT1106
package main

import (
	"errors"
	"sync"
)

type Group struct {
	wg  sync.WaitGroup
	err error
}

func (g *Group) Go(task func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := task(); err != nil {
			if g.err == nil { // race: read
				g.err = err // race: write
			}
		}
	}()
}

func (g *Group) Wait() error {
	g.wg.Wait()
	return g.err
}

func main() {
	var g Group
	for range 3 {
		g.Go(func() error { return errors.New("failed") })
	}
	if g.Wait() == nil {
		panic("no error")
	}
}
