// A file of an older language version shares one loop variable among all goroutines.
//go:build go1.21

package main

import "sync"

func main() {
	var wg sync.WaitGroup
	for _, host := range []string{"a", "b", "c", "d"} {
		host := host
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = "ping " + host
		}()
	}
	wg.Wait()
}
