// The closures of a fan-out all set the error of the function around them.
// want race

// Package group runs functions at the same time and waits for them.
package group

import (
	"context"
	"fmt"
	"sync"
)

// Group is a set of goroutines that work on one thing.
type Group struct {
	wg     sync.WaitGroup
	once   sync.Once
	err    error
	cancel context.CancelFunc
	slots  chan struct{}
}

// WithContext returns a group whose context ends with the first error.
func WithContext(ctx context.Context, limit int) (*Group, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &Group{cancel: cancel, slots: make(chan struct{}, limit)}, ctx
}

// Go runs f in a goroutine of its own.
func (g *Group) Go(f func() error) {
	g.slots <- struct{}{}
	g.wg.Add(1)
	go func() {
		defer func() {
			<-g.slots
			g.wg.Done()
		}()
		if err := g.protect(f); err != nil {
			g.once.Do(func() {
				g.err = err
				g.cancel()
			})
		}
	}()
}

func (g *Group) protect(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return f()
}

// Wait waits for all goroutines and returns the first error.
func (g *Group) Wait() error {
	g.wg.Wait()
	g.cancel()
	return g.err
}
