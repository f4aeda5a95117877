// The timer callback takes the delivery's lock to change the attempt count.

package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

type Sender func(url string, body []byte) error

type Delivery struct {
	URL  string
	Body []byte

	mu       sync.Mutex
	attempts int
	done     chan struct{}
}

type Dispatcher struct {
	send    Sender
	backoff time.Duration
	max     int
}

func (d *Dispatcher) Deliver(url string, body []byte) *Delivery {
	dl := &Delivery{URL: url, Body: body, done: make(chan struct{})}
	d.schedule(dl, 0)
	return dl
}

func (d *Dispatcher) schedule(dl *Delivery, wait time.Duration) {
	time.AfterFunc(wait, func() { d.attempt(dl) })
}

func (d *Dispatcher) attempt(dl *Delivery) {
	dl.mu.Lock()
	dl.attempts++
	n := dl.attempts
	dl.mu.Unlock()
	if err := d.send(dl.URL, dl.Body); err != nil && n < d.max {
		d.schedule(dl, d.backoff)
		return
	}
	close(dl.done)
}

// Status tells how many times the delivery was tried.
func (dl *Delivery) Status() string {
	dl.mu.Lock()
	defer dl.mu.Unlock()
	return fmt.Sprintf("%s: %d attempts", dl.URL, dl.attempts)
}

func main() {
	d := &Dispatcher{
		send:    func(string, []byte) error { return errors.New("502 bad gateway") },
		backoff: 100 * time.Microsecond,
		max:     40,
	}
	dl := d.Deliver("https://hooks.example/a", []byte(`{"ok":true}`))
	for {
		select {
		case <-dl.done:
			fmt.Println("gave up:", dl.URL)
			return
		default:
			if s := dl.Status(); s == "" {
				fmt.Println("empty status")
			}
			time.Sleep(50 * time.Microsecond)
		}
	}
}
