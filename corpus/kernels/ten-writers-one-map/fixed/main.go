// The textbook case: ten goroutines count words into one map.
package main

import (
	"strings"
	"sync"
)

const text = "the quick brown fox jumps over the lazy dog while the dog sleeps"

func countInto(counts map[string]int, words []string) {
	for _, word := range words {
		counts[word]++
	}
}

func main() {
	var mu sync.Mutex
	counts := map[string]int{}
	words := strings.Fields(text)
	var wg sync.WaitGroup
	wg.Add(10)
	for range 10 {
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			countInto(counts, words)
		}()
	}
	wg.Wait()
	println(counts["the"])
}
