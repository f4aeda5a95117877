// A reload replaces the map variable while requests read it.
// want CT1002 CT1106 CT1001
package main

import (
	"sync"
)

var flags = map[string]bool{}

func load() map[string]bool {
	return map[string]bool{"beta": true}
}

func reload() {
	flags = load() // race: write
}

func enabled(name string) bool {
	return flags[name] // race: read
}

func main() {
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
