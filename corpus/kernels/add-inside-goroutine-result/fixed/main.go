// Add runs inside the goroutine, so Wait may pass before the write.
package main

import "sync"

func main() {
	for range 200 {
		var wg sync.WaitGroup
		total := 0
		wg.Add(1)
		go func() {
			defer wg.Done()
			total = 42
		}()
		wg.Wait()
		_ = total
		if total < 0 {
			panic("negative")
		}
	}
}
