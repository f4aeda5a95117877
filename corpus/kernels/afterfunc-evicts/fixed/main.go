// A timer removes an entry while the owner still inserts.
package main

import (
	"sync"
	"time"
)

type TTL struct {
	mu      sync.Mutex
	entries map[int]string
	pending sync.WaitGroup
}

func (t *TTL) Put(key int, value string) {
	t.mu.Lock()
	t.entries[key] = value
	t.mu.Unlock()
	t.pending.Add(1)
	time.AfterFunc(time.Microsecond, func() {
		defer t.pending.Done()
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.entries, key)
	})
}

func main() {
	cache := &TTL{entries: make(map[int]string)}
	for key := range 40 {
		cache.Put(key, "value")
		time.Sleep(10 * time.Microsecond)
	}
	cache.pending.Wait()
}
