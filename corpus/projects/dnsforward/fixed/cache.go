package main

import (
	"container/list"
	"sync"
	"time"
)

type record struct {
	name   string
	answer []byte
	until  time.Time
}

// Cache keeps the answers that were used last.
type Cache struct {
	sync.RWMutex
	size  int
	now   func() time.Time
	order *list.List
	items map[string]*list.Element
}

func NewCache(size int, now func() time.Time) *Cache {
	return &Cache{size: max(size, 1), now: now, order: list.New(), items: make(map[string]*list.Element)}
}

// Get returns a fresh answer.
func (c *Cache) Get(name string) ([]byte, bool) {
	c.Lock()
	defer c.Unlock()
	el, ok := c.items[name]
	if !ok {
		return nil, false
	}
	rec := el.Value.(*record)
	if c.now().After(rec.until) {
		return nil, false
	}
	c.order.MoveToFront(el)
	return rec.answer, true
}

// Put keeps an answer, and forgets the one not used for longest.
func (c *Cache) Put(name string, answer []byte, ttl time.Duration) {
	c.Lock()
	defer c.Unlock()
	rec := &record{name: name, answer: answer, until: c.now().Add(ttl)}
	if el, ok := c.items[name]; ok {
		el.Value = rec
		c.order.MoveToFront(el)
		return
	}
	c.items[name] = c.order.PushFront(rec)
	for c.order.Len() > c.size {
		last := c.order.Back()
		c.order.Remove(last)
		delete(c.items, last.Value.(*record).name)
	}
}

func (c *Cache) Len() int {
	c.RLock()
	defer c.RUnlock()
	return len(c.items)
}
