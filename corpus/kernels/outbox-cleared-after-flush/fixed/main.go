// The last flush takes the lock, and what follows it does not, although senders still come.
package main

import (
	"fmt"
	"sync"
	"time"
)

type outbox struct {
	mu      sync.Mutex
	letters []string
	ready   chan []string
}

func (o *outbox) Put(letter string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.letters = append(o.letters, letter)
}

func (o *outbox) Take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken := o.letters
	o.letters = nil
	return taken
}

func (o *outbox) flush() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.letters) == 0 {
		return false
	}
	select {
	case o.ready <- o.letters:
		o.letters = nil
		return true
	default:
		return false
	}
}

func (o *outbox) FlushAndClose() {
	for o.flush() {
		time.Sleep(time.Microsecond)
	}
	o.mu.Lock()
	o.letters = nil
	o.mu.Unlock()
	close(o.ready)
}

func main() {
	o := &outbox{ready: make(chan []string, 4)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 20000 {
			o.Put(fmt.Sprint("letter ", i))
			if i%100 == 99 {
				o.Take()
			}
		}
	}()
	o.FlushAndClose()
	<-done
}
