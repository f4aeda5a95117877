// Parallel searchers set a shared flag and read it to stop early.
// want CT1102
package main

import (
	"sync"
)

func search(haystack [][]string, needle string) bool {
	found := false
	var searchers sync.WaitGroup
	for _, row := range haystack {
		searchers.Go(func() {
			for _, cell := range row {
				if found { // race: read
					return
				}
				if cell == needle {
					found = true // race: write
				}
			}
		})
	}
	searchers.Wait()
	return found
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
