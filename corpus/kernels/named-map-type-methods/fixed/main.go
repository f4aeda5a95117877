// The lock lives beside a named map type whose methods do the work.
package main

import (
	"strings"
	"sync"
)

type wordCount map[string]int

func (w wordCount) add(text string) {
	for _, word := range strings.Fields(text) {
		w[word]++
	}
}

func main() {
	counts := wordCount{}
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, line := range []string{"a b c", "b c d", "c d e"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			counts.add(line)
		}()
	}
	wg.Wait()
}
