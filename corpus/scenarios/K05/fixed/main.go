// A slow reader copies what it needs and works without the lock.
package main

import (
	"fmt"
	"sync"
	"time"
)

type routes struct {
	mu    sync.RWMutex
	paths []string
}

func (r *routes) Export() {
	r.mu.RLock()
	paths := append([]string(nil), r.paths...)
	r.mu.RUnlock()
	_ = paths
	time.Sleep(100 * time.Millisecond)
}

func (r *routes) Add(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paths = append(r.paths, path)
}

func main() {
	r := &routes{}
	var all sync.WaitGroup
	for i := 0; i < 12; i++ {
		all.Add(2)
		go func() {
			defer all.Done()
			r.Export()
		}()
		go func() {
			defer all.Done()
			r.Add("/")
		}()
	}
	all.Wait()
	fmt.Println(len(r.paths))
}
