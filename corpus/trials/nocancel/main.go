// A group of goroutines that does not cancel the others when one of them fails.
package main

import (
	"context"
	"errors"
	"sync"
)

// group is an errgroup without the context that stops the others.
type group struct {
	wg  sync.WaitGroup
	one sync.Once
	err error
}

func (g *group) Go(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.one.Do(func() { g.err = err })
		}
	}()
}

func (g *group) Wait() error { g.wg.Wait(); return g.err }

func produce(ctx context.Context, out chan<- int) error {
	for i := 0; ; i++ {
		select {
		case out <- i:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func consume(in <-chan int) error {
	for v := range in {
		if v == 3 {
			return errors.New("bad record")
		}
	}
	return nil
}

func main() {
	var g group
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ch := make(chan int)
	g.Go(func() error { return produce(ctx, ch) })
	g.Go(func() error { return consume(ch) })
	if err := g.Wait(); err != nil {
		panic(err)
	}
}
