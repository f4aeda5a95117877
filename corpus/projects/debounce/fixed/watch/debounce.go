// Package watch looks for changed files.
package watch

import (
	"slices"
	"sync"
	"time"
)

// Action is told which files have changed.
type Action func(files []string)

// Debouncer waits until nothing has changed for a while.
type Debouncer struct {
	wait time.Duration
	act  Action

	mu      sync.Mutex
	timer   *time.Timer
	pending map[string]int
	stopped bool

	running sync.Mutex // held while the action runs
}

func NewDebouncer(wait time.Duration, act Action) *Debouncer {
	return &Debouncer{wait: wait, act: act, pending: make(map[string]int)}
}

// Add notes a changed file.
func (d *Debouncer) Add(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stopped {
		return
	}
	d.pending[name]++
	if d.timer == nil {
		d.timer = time.AfterFunc(d.wait, d.fire)
		return
	}
	d.timer.Reset(d.wait)
}

func (d *Debouncer) fire() {
	d.running.Lock()
	defer d.running.Unlock()
	if files := d.take(); len(files) > 0 {
		d.act(files)
	}
}

// take returns the files that wait, and forgets them.
func (d *Debouncer) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	files := make([]string, 0, len(d.pending))
	for name := range d.pending {
		files = append(files, name)
	}
	clear(d.pending)
	slices.Sort(files)
	return files
}

// Stop forgets what waits; an action that runs is waited for.
func (d *Debouncer) Stop() {
	d.mu.Lock()
	d.stopped = true
	if d.timer != nil {
		d.timer.Stop()
	}
	d.mu.Unlock()
	d.running.Lock()
	defer d.running.Unlock()
}
