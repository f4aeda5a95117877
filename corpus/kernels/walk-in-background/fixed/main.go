package main

import (
	"io/fs"
	"path/filepath"
	"sync"
	"time"
)

type index struct {
	mu    sync.Mutex
	sizes map[string]int64
}

func (x *index) visit(path string, entry fs.DirEntry, err error) error {
	if err == nil && !entry.IsDir() {
		if info, err := entry.Info(); err == nil {
			x.mu.Lock()
			x.sizes[path] = info.Size()
			x.mu.Unlock()
		}
	}
	return nil
}

func (x *index) total() int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	var sum int64
	for _, size := range x.sizes {
		sum += size
	}
	return sum
}

func main() {
	x := &index{sizes: map[string]int64{}}
	go filepath.WalkDir(".", x.visit)
	for range 50 {
		x.total()
		time.Sleep(100 * time.Microsecond)
	}
}
