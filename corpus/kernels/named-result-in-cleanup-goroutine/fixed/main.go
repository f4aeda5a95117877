// Cleanup runs in a goroutine of its own and reports through the named result.
package main

import (
	"errors"
	"time"
)

type lockfile struct{ held bool }

func (l *lockfile) release() error {
	if !l.held {
		return errors.New("not held")
	}
	return nil
}

func withLock(l *lockfile, do func() error) (err error) {
	defer func() {
		if released := l.release(); released != nil {
			err = errors.Join(err, released)
		}
	}()
	return do()
}

type job struct{ lock lockfile }

func (j *job) run() error { return withLock(&j.lock, func() error { return errors.New("job failed") }) }

func main() {
	for range 30 {
		j := &job{}
		if j.run() == nil {
			panic("no error")
		}
	}
	time.Sleep(5 * time.Millisecond)
}
