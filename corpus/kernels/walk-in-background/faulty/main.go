// A library function runs in the background and calls a function that fills what is read meanwhile.
// want CT1002 CT1003
package main

import (
	"io/fs"
	"path/filepath"
	"time"
)

type index struct{ sizes map[string]int64 }

func (x *index) visit(path string, entry fs.DirEntry, err error) error {
	if err == nil && !entry.IsDir() {
		if info, err := entry.Info(); err == nil {
			x.sizes[path] = info.Size() // race: write
		}
	}
	return nil
}

func (x *index) total() int64 {
	var sum int64
	for _, size := range x.sizes { // race: read
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
