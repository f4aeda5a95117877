// A lookup under RLock counts the hit in a second map.
package main

import "sync"

type LRU struct {
	mu   sync.RWMutex
	data map[int]string
	hits map[int]int
}

func (l *LRU) Get(key int) (string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	value, ok := l.data[key]
	if ok {
		l.hits[key]++
	}
	return value, ok
}

func (l *LRU) Put(key int, value string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.data[key] = value
}

func main() {
	l := &LRU{data: map[int]string{}, hits: map[int]int{}}
	for key := range 10 {
		l.Put(key, "value")
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for key := range 10 {
				l.Get(key)
			}
		}()
	}
	wg.Wait()
}
