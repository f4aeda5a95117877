// A free list popped by compare-and-swap: the head comes back with another successor.
package main

import "sync/atomic"

type node struct{ next int32 }

// nodes[i].next names the successor; 0 ends the list.
type list struct {
	nodes [4]node
	head  atomic.Uint64
}

// The upper half counts the changes.
func (l *list) pop(pause func()) int32 {
	for {
		old := l.head.Load()
		top := int32(uint32(old))
		next := l.nodes[top].next
		pause()
		if l.head.CompareAndSwap(old, (old>>32+1)<<32|uint64(next)) {
			return top
		}
	}
}

func (l *list) push(n int32) {
	for {
		old := l.head.Load()
		l.nodes[n].next = int32(uint32(old))
		if l.head.CompareAndSwap(old, (old>>32+1)<<32|uint64(n)) {
			return
		}
	}
}

func nothing() {}

func main() {
	var l list
	for n := int32(3); n >= 1; n-- {
		l.push(n)
	}
	paused, resume, done := make(chan bool), make(chan bool), make(chan bool)
	go func() {
		first := true
		l.pop(func() {
			if first {
				first = false
				paused <- true
				<-resume
			}
		})
		done <- true
	}()
	<-paused
	taken := l.pop(nothing)
	held := l.pop(nothing)
	l.push(taken)
	resume <- true
	<-done
	if l.pop(nothing) == held {
		panic("a node that is in use was handed out again")
	}
}
