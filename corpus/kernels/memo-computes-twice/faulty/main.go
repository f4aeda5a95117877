// A memo looks up under the read lock, then stores under the write lock without looking again.
// want CT1005
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

type Memo[K comparable, V any] struct {
	mu     sync.RWMutex
	values map[K]V
	make   func(K) V
}

func (m *Memo[K, V]) Get(key K) V {
	m.mu.RLock()
	value, ok := m.values[key] // race: read
	m.mu.RUnlock()
	if ok {
		return value
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	value = m.make(key)
	m.values[key] = value // race: write
	return value
}

type template struct{ name string }

func main() {
	for range 200 {
		var compiled atomic.Int32
		memo := &Memo[string, *template]{values: map[string]*template{}}
		memo.make = func(name string) *template {
			compiled.Add(1)
			runtime.Gosched()
			return &template{name}
		}
		var pages sync.WaitGroup
		for range 4 {
			pages.Add(1)
			go func() {
				defer pages.Done()
				memo.Get("index.html")
			}()
		}
		pages.Wait()
		if compiled.Load() != 1 {
			panic("compiled more than once")
		}
	}
}
