// Each package registers its remote calls in a table of the process, and the server runs them for any
// client in a goroutine of its own. Two of them use one map, of which neither knows the other.
// want CT1002 CT1001
package main

import (
	"fmt"
	"sync"
)

type call struct {
	path string
	run  func(arg string) string
}

type table struct {
	mu    sync.RWMutex
	calls map[string]*call
}

func (t *table) add(c call) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls[c.path] = &c
}

func (t *table) get(path string) *call {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.calls[path]
}

var calls = &table{calls: make(map[string]*call)}

type mount struct {
	intervals map[string]int
}

var current = &mount{intervals: make(map[string]int)}

func setInterval(arg string) string {
	current.intervals[arg]++ // race: write
	return "ok"
}

func showInterval(arg string) string {
	return fmt.Sprint(current.intervals[arg]) // race: read
}

func register() {
	calls.add(call{path: "vfs/set", run: setInterval})
	calls.add(call{path: "vfs/show", run: showInterval})
	calls.add(call{path: "core/version", run: func(string) string { return "v1" }})
	calls.add(call{path: "core/pid", run: func(string) string { return "7" }})
	calls.add(call{path: "core/quit", run: func(string) string { return "bye" }})
	calls.add(call{path: "core/noop", run: func(arg string) string { return arg }})
}

type request struct {
	path, arg string
}

func serve(requests <-chan request, answered *sync.WaitGroup) {
	for r := range requests {
		go func() {
			defer answered.Done()
			if c := calls.get(r.path); c != nil {
				c.run(r.arg)
			}
		}()
	}
}

func main() {
	register()
	requests := make(chan request)
	var answered sync.WaitGroup
	go serve(requests, &answered)
	for i := range 400 {
		answered.Add(1)
		path := "vfs/set"
		if i%2 == 0 {
			path = "vfs/show"
		}
		requests <- request{path: path, arg: fmt.Sprint(i % 8)}
	}
	answered.Wait()
}
