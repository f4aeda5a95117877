// A lock made of Load and Store: two goroutines see it free and both take it.
// want CT1108
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

type slot struct{ taken atomic.Bool }

func (s *slot) tryTake() bool {
	if s.taken.Load() { // race: read
		return false
	}
	runtime.Gosched()
	s.taken.Store(true) // race: write
	return true
}

func main() {
	for range 300 {
		var s slot
		var got atomic.Int32
		var rivals sync.WaitGroup
		for range 4 {
			rivals.Add(1)
			go func() {
				defer rivals.Done()
				if s.tryTake() {
					got.Add(1)
				}
			}()
		}
		rivals.Wait()
		if got.Load() != 1 {
			panic("taken more than once")
		}
	}
}
