// Free slots are linked by index; the head index is swapped, and an index comes back.
// want CT1117 CT1108
package main

import "sync/atomic"

type arena struct {
	head atomic.Uint32
	next [8]atomic.Uint32
}

// between runs after the loads and before the swap, as another thread might.
func (a *arena) take(between func()) uint32 {
	for {
		head := a.head.Load() // race: read
		if head == 0 {
			return 0
		}
		next := a.next[head].Load()
		between()
		if a.head.CompareAndSwap(head, next) { // race: write
			return head
		}
		between = func() {}
	}
}

func (a *arena) give(slot uint32) {
	for {
		head := a.head.Load()
		a.next[slot].Store(head)
		if a.head.CompareAndSwap(head, slot) { // race: write
			return
		}
	}
}

func main() {
	a := &arena{}
	for slot := range uint32(3) {
		a.give(slot + 1)
	}
	nothing := func() {}
	done := make(chan struct{})
	taken := map[uint32]bool{}
	first := a.take(func() {
		go func() {
			one := a.take(nothing)
			two := a.take(nothing)
			taken[two] = true
			a.give(one)
			close(done)
		}()
		<-done
	})
	taken[first] = true
	for slot := a.take(nothing); slot != 0; slot = a.take(nothing) {
		if taken[slot] {
			panic("a slot has two owners")
		}
		taken[slot] = true
	}
}
