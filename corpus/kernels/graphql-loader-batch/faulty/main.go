// A batching loader collects keys in a map until its timer fires; callers add keys meanwhile.
// want CT1001 CT1002 CT1102
package main

import (
	"sync"
	"time"
)

type batch struct {
	wanted map[string]chan<- string
}

type loader struct {
	mu      sync.Mutex
	current *batch
	fetch   func(keys []string) map[string]string
}

func (l *loader) load(key string) <-chan string {
	reply := make(chan string, 1)
	l.mu.Lock()
	b := l.current
	if b == nil {
		b = &batch{wanted: map[string]chan<- string{}}
		l.current = b
		time.AfterFunc(2*time.Millisecond, func() { l.dispatch(b) })
	}
	l.mu.Unlock()
	b.wanted[key] = reply // race: write
	return reply
}

func (l *loader) dispatch(b *batch) {
	l.mu.Lock()
	l.current = nil
	l.mu.Unlock()
	keys := make([]string, 0, len(b.wanted)) // race: read
	for key := range b.wanted { // race: read
		keys = append(keys, key)
	}
	for key, value := range l.fetch(keys) {
		b.wanted[key] <- value
	}
}

func main() {
	l := &loader{fetch: func(keys []string) map[string]string {
		values := map[string]string{}
		for _, key := range keys {
			values[key] = "value of " + key
		}
		return values
	}}
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Add(1)
		go func() {
			defer callers.Done()
			select {
			case <-l.load(string(rune('a' + i))):
			case <-time.After(20 * time.Millisecond):
			}
		}()
	}
	callers.Wait()
}
