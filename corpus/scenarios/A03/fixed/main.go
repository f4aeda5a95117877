// The head holds the index and a stamp that grows with each change: an index that came back has
// another stamp, and the swap fails.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

const none = 0xff

type slot struct {
	next  uint64
	owner int64
}

type pool struct {
	head  uint64 // stamp << 8 | index
	slots [8]slot
}

func newPool() *pool {
	p := &pool{}
	for i := range p.slots {
		p.slots[i].next = uint64(i) + 1
	}
	p.slots[len(p.slots)-1].next = none
	return p
}

func (p *pool) take() uint64 {
	for {
		head := atomic.LoadUint64(&p.head)
		first := head & 0xff
		if first == none {
			return none
		}
		next := atomic.LoadUint64(&p.slots[first].next)
		if first%3 == 0 {
			runtime.Gosched()
		}
		if atomic.CompareAndSwapUint64(&p.head, head, (head>>8+1)<<8|next) {
			return first
		}
	}
}

func (p *pool) put(index uint64) {
	for {
		head := atomic.LoadUint64(&p.head)
		atomic.StoreUint64(&p.slots[index].next, head&0xff)
		if atomic.CompareAndSwapUint64(&p.head, head, (head>>8+1)<<8|index) {
			return
		}
	}
}

func use(p *pool, worker int64, rounds int) {
	var held [3]uint64
	for ; 0 < rounds; rounds-- {
		for i := range held {
			held[i] = p.take()
			if held[i] == none {
				continue
			}
			if !atomic.CompareAndSwapInt64(&p.slots[held[i]].owner, 0, worker) {
				panic(fmt.Sprintf("slot %d was handed out twice", held[i]))
			}
		}
		for _, index := range held {
			if index == none {
				continue
			}
			if !atomic.CompareAndSwapInt64(&p.slots[index].owner, worker, 0) {
				panic(fmt.Sprintf("slot %d has another owner", index))
			}
			p.put(index)
		}
	}
}

func main() {
	p := newPool()
	var wg sync.WaitGroup
	for worker := int64(1); worker <= 4; worker++ {
		wg.Add(1)
		go func(worker int64) {
			defer wg.Done()
			use(p, worker, 100_000)
		}(worker)
	}
	wg.Wait()
	fmt.Println("no slot was handed out twice")
}
