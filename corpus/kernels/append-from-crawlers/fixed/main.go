// Each crawler appends what it found to one slice.
package main

import "sync"

func crawl(seeds []string) []string {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		found []string
	)
	for _, seed := range seeds {
		wg.Go(func() {
			link := seed + "/next"
			mu.Lock()
			defer mu.Unlock()
			found = append(found, link)
		})
	}
	wg.Wait()
	return found
}

func main() {
	crawl([]string{"a", "b", "c", "d"})
}
