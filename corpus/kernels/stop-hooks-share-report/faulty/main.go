// Hooks that were registered as methods of one value are run side by side at the end.
// want CT1105 CT1102
package main

import "sync"

type app struct {
	hooks []func()
}

func (a *app) onStop(hook func()) {
	a.hooks = append(a.hooks, hook)
}

func (a *app) stop() {
	var running sync.WaitGroup
	for _, hook := range a.hooks {
		running.Go(hook)
	}
	running.Wait()
}

type drainer struct {
	queued, written int
	lost            int
}

func (d *drainer) drain() {
	for d.queued > 0 {
		d.queued--
		d.lost++ // race: write
	}
}

func (d *drainer) flush() {
	if d.written < 100 {
		d.lost += 100 - d.written // race: write
	}
}

func main() {
	for range 20 {
		a := &app{}
		d := &drainer{queued: 50, written: 80}
		a.onStop(d.drain)
		a.onStop(d.flush)
		a.stop()
	}
}
