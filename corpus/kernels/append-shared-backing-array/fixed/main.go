// Appending to a slice with room writes into the array that all callers share.
package main

import (
	"slices"
	"sync"
)

func options(base []string, extra string) []string {
	return append(slices.Clip(base), extra)
}

func main() {
	base := make([]string, 2, 8)
	var wg sync.WaitGroup
	for _, name := range []string{"x", "y", "z"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = options(base, name)
		}()
	}
	wg.Wait()
}
