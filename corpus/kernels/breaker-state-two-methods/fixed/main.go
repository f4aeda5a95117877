// A circuit breaker's failure counter is guarded, its state field only sometimes.
package main

import (
	"errors"
	"sync"
)

var (
	errOpen = errors.New("circuit is open")
	errDown = errors.New("down")
)

type Breaker struct {
	lock     sync.RWMutex
	state    string
	failures int
}

func (b *Breaker) Do(call func() error) error {
	b.lock.RLock()
	state := b.state
	b.lock.RUnlock()
	if state == "open" {
		return errOpen
	}
	err := call()
	b.note(err)
	return err
}

func (b *Breaker) note(err error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	if err == nil {
		b.failures = 0
		b.state = "closed"
		return
	}
	if b.failures++; b.failures > 3 {
		b.state = "open"
	}
}

func main() {
	b := &Breaker{state: "closed"}
	var calls sync.WaitGroup
	for i := range 12 {
		calls.Go(func() {
			b.Do(func() error {
				if i%2 == 0 {
					return errDown
				}
				return nil
			})
		})
	}
	calls.Wait()
}
