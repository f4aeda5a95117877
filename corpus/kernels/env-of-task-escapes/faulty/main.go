// A getter returns the guarded environment map; an exec goroutine walks it while Setenv writes.
// want CT1006 CT1003 CT1002
package main

import (
	"sync"
)

type Task struct {
	mu  sync.Mutex
	env map[string]string
}

func (t *Task) Setenv(key, value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.env[key] = value // race: write
}

func (t *Task) Environment() map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.env // race: escape
}

type runner struct{ task *Task }

func (r runner) argv() (pairs []string) {
	for key, value := range r.task.Environment() { // race: read
		pairs = append(pairs, key+"="+value)
	}
	return pairs
}

func main() {
	task := &Task{env: map[string]string{"HOME": "/", "LANG": "C"}}
	started := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		close(started)
		for range 100 {
			runner{task}.argv()
		}
		close(ended)
	}()
	<-started
	for range 100 {
		task.Setenv("STEP", "build")
	}
	<-ended
}
