// Workers extend a common prefix slice; with spare room they write into one array.
package main

import (
	"slices"
	"strings"
	"sync"
)

type walker struct {
	visited sync.Map
	wg      sync.WaitGroup
}

func (w *walker) walk(path []string, depth int) {
	defer w.wg.Done()
	w.visited.Store(strings.Join(path, "/"), true)
	if depth == 0 {
		return
	}
	for _, name := range []string{"a", "b", "c"} {
		w.wg.Add(1)
		next := append(slices.Clone(path), name)
		go w.walk(next, depth-1)
	}
}

func main() {
	w := &walker{}
	root := make([]string, 0, 16)
	w.wg.Add(1)
	go w.walk(root, 4)
	w.wg.Wait()
}
