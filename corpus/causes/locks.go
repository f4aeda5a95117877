package main

import (
	"sync"
	"time"
)

// store is a map that is written to a slow disk now and then.
type store struct {
	mu   sync.Mutex
	data map[int]int
}

func (s *store) get(key int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data[key]
}

// flush keeps the only lock while it waits for the disk.
func (s *store) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
	s.data[0]++
}

// flushCopy does not.
func (s *store) flushCopy() {
	s.mu.Lock()
	s.data[0]++
	s.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
}

func convoy(fixed bool) {
	s := &store{data: map[int]int{}}
	for range 8 {
		go func() {
			for {
				s.get(1)
				time.Sleep(time.Millisecond)
			}
		}()
	}
	until(func() {
		if fixed {
			s.flushCopy()
		} else {
			s.flush()
		}
		time.Sleep(time.Millisecond)
	})
}

// index is read much and written now and then.
type index struct {
	mu   sync.RWMutex
	keys []int
}

// search keeps the writers out while it works.
func (x *index) search() {
	x.mu.RLock()
	defer x.mu.RUnlock()
	time.Sleep(20 * time.Millisecond)
}

// searchCopy works on what it saw.
func (x *index) searchCopy() {
	x.mu.RLock()
	keys := x.keys
	x.mu.RUnlock()
	_ = keys
	time.Sleep(20 * time.Millisecond)
}

func (x *index) insert() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.keys = append(x.keys, len(x.keys))
}

func writers(fixed bool) {
	x := &index{}
	for range 8 {
		go func() {
			for {
				if fixed {
					x.searchCopy()
				} else {
					x.search()
				}
			}
		}()
	}
	until(func() {
		x.insert()
		time.Sleep(2 * time.Millisecond)
	})
}
