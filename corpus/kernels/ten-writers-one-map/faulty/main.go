// The textbook case: ten goroutines count words into one map.
// want CT1001
package main

import (
	"strings"
	"sync"
)

const text = "the quick brown fox jumps over the lazy dog while the dog sleeps"

func countInto(counts map[string]int, words []string) {
	for _, word := range words {
		counts[word]++ // race: write
	}
}

func main() {
	counts := map[string]int{}
	words := strings.Fields(text)
	var wg sync.WaitGroup
	wg.Add(10)
	for range 10 {
		go func() {
			defer wg.Done()
			countInto(counts, words)
		}()
	}
	wg.Wait()
	println(counts["the"])
}
