// A pool of buffers is a stack popped by compare-and-swap; nodes are used again.
// want CT1117 CT1108
package main

import "sync/atomic"

type buffer struct {
	data [64]byte
	next *buffer
	busy bool
}

type pool struct{ top atomic.Pointer[buffer] }

func (p *pool) get(pause func()) *buffer {
	for {
		top := p.top.Load() // race: read
		if top == nil {
			return &buffer{}
		}
		next := top.next
		pause()
		if p.top.CompareAndSwap(top, next) { // race: write
			return top
		}
		pause = func() {}
	}
}

func (p *pool) put(b *buffer) {
	for {
		b.next = p.top.Load()
		if p.top.CompareAndSwap(b.next, b) { // race: write
			return
		}
	}
}

func main() {
	p := &pool{}
	for range 3 {
		p.put(&buffer{})
	}
	quick := func() {}
	held := map[*buffer]bool{}
	done := make(chan struct{})
	mine := p.get(func() {
		go func() {
			defer close(done)
			first := p.get(quick)
			second := p.get(quick)
			held[second] = true
			p.put(first)
		}()
		<-done
	})
	held[mine] = true
	for range 3 {
		b := p.get(quick)
		if held[b] {
			panic("a buffer has two owners")
		}
		held[b] = true
	}
}
