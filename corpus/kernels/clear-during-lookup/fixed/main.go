// A reset clears the map that lookups read.
package main

import "sync"

type Memo struct {
	mu   sync.RWMutex
	seen map[string]int
}

func (m *Memo) Has(key string) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.seen[key] > 0
}

func (m *Memo) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.seen)
}

func main() {
	m := &Memo{seen: map[string]int{"a": 1}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Reset()
	}()
	m.Has("a")
	<-done
}
