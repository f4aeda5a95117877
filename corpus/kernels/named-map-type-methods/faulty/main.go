// The lock lives beside a named map type whose methods do the work.
// want CT1001
package main

import (
	"strings"
	"sync"
)

type wordCount map[string]int

func (w wordCount) add(text string) {
	for _, word := range strings.Fields(text) {
		w[word]++ // race: write
	}
}

func main() {
	counts := wordCount{}
	var wg sync.WaitGroup
	for _, line := range []string{"a b c", "b c d", "c d e"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			counts.add(line)
		}()
	}
	wg.Wait()
}
