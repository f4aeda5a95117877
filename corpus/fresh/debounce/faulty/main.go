// Trigger stores the latest path without the lock that the timer's callback and Flushed use for it.
// want race

package main

import (
	"fmt"
	"sync"
	"time"
)

// Debouncer folds bursts of file events into one rebuild.
type Debouncer struct {
	wait  time.Duration
	build func(path string)

	mu     sync.Mutex
	timer  *time.Timer
	latest string
	runs   int
}

func NewDebouncer(wait time.Duration, build func(string)) *Debouncer {
	d := &Debouncer{wait: wait, build: build}
	d.timer = time.AfterFunc(time.Hour, d.fire)
	return d
}

func (d *Debouncer) Trigger(path string) {
	d.latest = path // race: write
	d.mu.Lock()
	defer d.mu.Unlock()
	d.timer.Reset(d.wait)
}

func (d *Debouncer) fire() {
	d.mu.Lock()
	p := d.latest // race: read
	d.runs++
	d.mu.Unlock()
	d.build(p)
}

func (d *Debouncer) Flushed() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.runs
}

func main() {
	built := make(chan string, 4096)
	d := NewDebouncer(10*time.Microsecond, func(p string) { built <- p })
	for i := range 400 {
		d.Trigger(fmt.Sprintf("pages/%d.md", i))
		if i%5 == 0 {
			time.Sleep(15 * time.Microsecond)
		}
	}
	time.Sleep(5 * time.Millisecond)
	fmt.Println("rebuilds:", d.Flushed() > 0, len(built) > 0)
}
