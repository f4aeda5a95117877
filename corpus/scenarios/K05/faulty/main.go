// A slow reader holds the read lock, a writer waits for it, and every later reader waits for the writer.
package main

import (
	"sync"
	"time"
)

type routes struct {
	mu    sync.RWMutex
	paths []string
}

func (r *routes) Export() {
	r.mu.RLock()
	defer r.mu.RUnlock()
	time.Sleep(time.Hour) // fault: holds
}

func (r *routes) Add(path string) {
	r.mu.Lock() // fault: waits
	defer r.mu.Unlock()
	r.paths = append(r.paths, path)
}

func (r *routes) Match(path string) bool {
	r.mu.RLock() // fault: waits
	defer r.mu.RUnlock()
	return len(r.paths) > 0
}

func main() {
	r := &routes{}
	go r.Export()
	time.Sleep(100 * time.Millisecond)
	go r.Add("/")
	time.Sleep(100 * time.Millisecond)
	for i := 0; i < 6; i++ {
		go r.Match("/")
	}
	select {}
}
