// Parallel searchers set a shared flag and read it to stop early.
package main

import (
	"sync"
	"sync/atomic"
)

func search(haystack [][]string, needle string) bool {
	var found atomic.Bool
	var searchers sync.WaitGroup
	for _, row := range haystack {
		searchers.Go(func() {
			for _, cell := range row {
				if found.Load() {
					return
				}
				if cell == needle {
					found.Store(true)
				}
			}
		})
	}
	searchers.Wait()
	return found.Load()
}

func main() {
	rows := make([][]string, 8)
	for i := range rows {
		for j := range 200 {
			rows[i] = append(rows[i], string(rune('a'+j%26)))
		}
	}
	if !search(rows, "q") {
		panic("not found")
	}
}
