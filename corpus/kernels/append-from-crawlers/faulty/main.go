// Each crawler appends what it found to one slice.
// want CT1104 CT1102
package main

import "sync"

func crawl(seeds []string) []string {
	var (
		wg    sync.WaitGroup
		found []string
	)
	for _, seed := range seeds {
		wg.Go(func() {
			link := seed + "/next"
			found = append(found, link) // race: write
		})
	}
	wg.Wait()
	return found
}

func main() {
	crawl([]string{"a", "b", "c", "d"})
}
