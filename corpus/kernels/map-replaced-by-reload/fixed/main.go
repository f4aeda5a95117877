// A reload replaces the map variable while requests read it.
package main

import (
	"sync"
	"sync/atomic"
)

var flags atomic.Pointer[map[string]bool]

func load() map[string]bool {
	return map[string]bool{"beta": true}
}

func reload() {
	fresh := load()
	flags.Store(&fresh)
}

func enabled(name string) bool {
	return (*flags.Load())[name]
}

func main() {
	reload()
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 10 {
			reload()
		}
	})
	for range 10 {
		enabled("beta")
	}
	wg.Wait()
}
