// Plugins put their reload functions into a map of the package; the watcher's goroutine runs the one that
// a changed file belongs to, while requests read what it replaces entry by entry.
package main

import (
	"fmt"
	"sync"
	"time"
)

var reloaders = map[string]func(){}

func onChange(file string, reload func()) { reloaders[file] = reload }

func watch(changes <-chan string) {
	for file := range changes {
		if reload := reloaders[file]; reload != nil {
			reload()
		}
	}
}

type routes struct {
	mu      sync.RWMutex
	targets map[string]string
}

func (r *routes) reload() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range 20 {
		r.targets[fmt.Sprint("/", i)] = "backend"
	}
}

func (r *routes) Target(path string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.targets[path]
}

func (r *routes) serve() {
	for {
		time.Sleep(time.Duration(len(r.Target("/3"))))
	}
}

func main() {
	r := &routes{targets: make(map[string]string)}
	onChange("routes.conf", r.reload)
	changes := make(chan string)
	go watch(changes)
	go r.serve()
	for range 500 {
		changes <- "routes.conf"
	}
	close(changes)
	time.Sleep(time.Millisecond)
}
