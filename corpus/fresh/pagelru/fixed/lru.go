package main

import (
	"container/list"
	"sync"
)

type Page struct {
	No   int
	Data []byte
}

type LRU struct {
	mu    sync.RWMutex
	cap   int
	order *list.List
	index map[int]*list.Element
}

func NewLRU(cap int) *LRU {
	return &LRU{cap: cap, order: list.New(), index: map[int]*list.Element{}}
}

func (l *LRU) Get(no int) (*Page, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	el, ok := l.index[no]
	if !ok {
		return nil, false
	}
	l.order.MoveToFront(el)
	return el.Value.(*Page), true
}

func (l *LRU) Add(p *Page) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if el, ok := l.index[p.No]; ok {
		el.Value = p
		return
	}
	l.index[p.No] = l.order.PushFront(p)
	for l.order.Len() > l.cap {
		old := l.order.Back()
		l.order.Remove(old)
		delete(l.index, old.Value.(*Page).No)
	}
}
