// An early return unlocks, and the deferred Unlock unlocks again.
package main

import "sync"

var mu sync.Mutex

func save(dirty bool) {
	mu.Lock()
	defer mu.Unlock() // fault: fails
	if !dirty {
		mu.Unlock()
		return // fault: fails
	}
}

func main() {
	save(false)
}
