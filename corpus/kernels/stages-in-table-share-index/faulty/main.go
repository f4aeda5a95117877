// Two stages of a table fill one index, each in a goroutine of its own.
// want CT1001 CT1102
package main

import (
	"fmt"
	"sync"
)

func build(words, tags []string) map[string]int {
	index := map[string]int{}
	total := 0
	stages := []struct {
		name string
		run  func() error
	}{
		{"words", func() error {
			for at, word := range words {
				index[word] = at // race: write
			}
			return nil
		}},
		{"count", func() error {
			total = len(words) + len(tags)
			return nil
		}},
		{"tags", func() error {
			for at, tag := range tags {
				index["#"+tag] = at // race: write
			}
			return nil
		}},
	}
	var running sync.WaitGroup
	for _, stage := range stages {
		running.Add(1)
		go func() {
			defer running.Done()
			if err := stage.run(); err != nil {
				fmt.Println(stage.name, err)
			}
		}()
	}
	running.Wait()
	if len(index) != total {
		fmt.Println("incomplete")
	}
	return index
}

func main() {
	for range 20 {
		build([]string{"a", "b", "c"}, []string{"x", "y", "z"})
	}
}
