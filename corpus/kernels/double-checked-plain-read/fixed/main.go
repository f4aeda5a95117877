// Double-checked locking whose first check reads without the lock.
package main

import "sync"

type client struct{ addr string }

type Lazy struct {
	mu     sync.Mutex
	once   sync.Once
	client *client
}

func (l *Lazy) Client() *client {
	l.once.Do(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.client = &client{addr: "db"}
	})
	return l.client
}

func main() {
	var lazy Lazy
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { _ = lazy.Client().addr })
	}
	wg.Wait()
}
