// Publish loops over the subscribers while Subscribe appends to them.
// want CT1104 CT1105 CT1112
package main

import (
	"slices"
	"sync"
)

type Bus struct {
	mu   sync.Mutex
	subs []func(int)
}

func (b *Bus) Subscribe(f func(int)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subs = append(slices.Clip(b.subs), f) // race: write
}

func (b *Bus) Publish(n int) {
	for _, f := range b.subs { // race: read
		f(n)
	}
}

func main() {
	bus := new(Bus)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 20 {
			bus.Subscribe(func(int) {})
		}
	})
	for n := range 20 {
		bus.Publish(n)
	}
	wg.Wait()
}
