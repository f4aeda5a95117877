// The variable of a three-clause loop is changed in the body after a goroutine captured it.
package main

import "sync"

func main() {
	var wg sync.WaitGroup
	parts := make([]int, 8)
	for i := 0; i < len(parts); i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			parts[i] = i
		}()
	}
	wg.Wait()
}
