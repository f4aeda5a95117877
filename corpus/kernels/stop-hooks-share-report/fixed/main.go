// Hooks run one after the other.
package main

type app struct {
	hooks []func()
}

func (a *app) onStop(hook func()) {
	a.hooks = append(a.hooks, hook)
}

func (a *app) stop() {
	for _, hook := range a.hooks {
		hook()
	}
}

type drainer struct {
	queued, written int
	lost            int
}

func (d *drainer) drain() {
	for d.queued > 0 {
		d.queued--
		d.lost++
	}
}

func (d *drainer) flush() {
	if d.written < 100 {
		d.lost += 100 - d.written
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
