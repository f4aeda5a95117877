// A file of an older language version shares one loop variable among all goroutines.
// want CT1101
//go:build go1.21

package main

import "sync"

func main() {
	var wg sync.WaitGroup
	for _, host := range []string{"a", "b", "c", "d"} { // race: write
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = "ping " + host // race: read
		}()
	}
	wg.Wait()
}
