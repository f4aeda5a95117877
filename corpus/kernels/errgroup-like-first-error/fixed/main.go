// A small group of our own keeps the first error without a lock.
package main

import (
	"errors"
	"sync"
)

type Group struct {
	wg   sync.WaitGroup
	once sync.Once
	err  error
}

func (g *Group) Go(task func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := task(); err != nil {
			g.once.Do(func() { g.err = err })
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
