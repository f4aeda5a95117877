// The variable of a three-clause loop is changed in the body after a goroutine captured it.
// want CT1101 CT1102
package main

import "sync"

func main() {
	var wg sync.WaitGroup
	parts := make([]int, 8)
	for i := 0; i < len(parts); i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			parts[i] = i // race: read
		}()
		i++ // race: write
	}
	wg.Wait()
}
