// A free list popped by compare-and-swap: the head comes back with another successor.
// want CT1117 CT1108
package main

import "sync/atomic"

type node struct{ next int32 }

// nodes[i].next names the successor; 0 ends the list.
type list struct {
	nodes [4]node
	head  atomic.Int32
}

func (l *list) pop(pause func()) int32 {
	for {
		top := l.head.Load() // race: read
		next := l.nodes[top].next
		pause()
		if l.head.CompareAndSwap(top, next) { // race: write
			return top
		}
	}
}

func (l *list) push(n int32) {
	for {
		top := l.head.Load()
		l.nodes[n].next = top
		if l.head.CompareAndSwap(top, n) {
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
