// Double-checked locking whose first check reads without the lock.
// want CT1110 CT1111 CT1105
package main

import "sync"

type client struct{ addr string }

type Lazy struct {
	mu     sync.Mutex
	client *client
}

func (l *Lazy) Client() *client {
	if l.client == nil { // race: read
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.client == nil {
			l.client = &client{addr: "db"} // race: write
		}
	}
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
