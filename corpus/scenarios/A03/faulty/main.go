// A free list of slots by compare-and-swap on the index of the first. Between the load of `next`
// and the swap, the same index can leave the list and come back (ABA): the swap succeeds, and a
// slot that is in use becomes the head.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
)

const none = -1

type slot struct {
	next  int64
	owner int64
}

type pool struct {
	head  int64
	slots [8]slot
}

func newPool() *pool {
	p := &pool{}
	for i := range p.slots {
		p.slots[i].next = int64(i) + 1
	}
	p.slots[len(p.slots)-1].next = none
	return p
}

func (p *pool) take() int64 {
	for {
		first := atomic.LoadInt64(&p.head)
		if first == none {
			return none
		}
		next := atomic.LoadInt64(&p.slots[first].next)
		if first%3 == 0 {
			runtime.Gosched() // makes the window wide enough to be met soon
		}
		if atomic.CompareAndSwapInt64(&p.head, first, next) { // fault: read
			return first
		}
	}
}

func (p *pool) put(index int64) {
	for {
		first := atomic.LoadInt64(&p.head)
		atomic.StoreInt64(&p.slots[index].next, first)
		if atomic.CompareAndSwapInt64(&p.head, first, index) { // fault: write
			return
		}
	}
}

func use(p *pool, worker int64) {
	var held [3]int64
	for {
		for i := range held {
			held[i] = p.take()
			if held[i] == none {
				continue
			}
			if !atomic.CompareAndSwapInt64(&p.slots[held[i]].owner, 0, worker) {
				panic(fmt.Sprintf("slot %d was handed out twice", held[i])) // fault: fails
			}
		}
		for _, index := range held {
			if index == none {
				continue
			}
			if !atomic.CompareAndSwapInt64(&p.slots[index].owner, worker, 0) {
				panic(fmt.Sprintf("slot %d has another owner", index)) // fault: fails
			}
			p.put(index)
		}
	}
}

func main() {
	p := newPool()
	for worker := int64(1); worker <= 4; worker++ {
		go use(p, worker)
	}
	select {}
}
