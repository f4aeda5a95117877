// Add runs inside the goroutine, so Wait may pass before the write.
// want CT1102 CT1301
package main

import "sync"

func main() {
	for range 200 {
		var wg sync.WaitGroup
		total := 0
		go func() {
			wg.Add(1)
			defer wg.Done()
			total = 42 // race: write
		}()
		wg.Wait()
		_ = total // race: read
		if total < 0 {
			panic("negative")
		}
	}
}
