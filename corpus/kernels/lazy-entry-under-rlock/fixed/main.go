// An entry that is missing is created while only the read lock is held.
package main

import "sync"

type bucket struct{ tokens int }

type Limiter struct {
	mu      sync.RWMutex
	buckets map[string]*bucket
}

func (l *Limiter) bucketFor(client string) *bucket {
	l.mu.RLock()
	b := l.buckets[client]
	l.mu.RUnlock()
	if b != nil {
		return b
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b = l.buckets[client]
	if b == nil {
		b = &bucket{tokens: 10}
		l.buckets[client] = b
	}
	return b
}

func main() {
	limiter := &Limiter{buckets: make(map[string]*bucket)}
	start := make(chan struct{})
	var wg sync.WaitGroup
	for _, client := range []string{"red", "green", "blue", "red", "green"} {
		wg.Add(1)
		go func(client string) {
			defer wg.Done()
			<-start
			limiter.bucketFor(client)
		}(client)
	}
	close(start)
	wg.Wait()
}
