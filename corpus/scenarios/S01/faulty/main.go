// An early return unlocks, and the deferred Unlock unlocks again.
package main

import "sync"

var mu sync.Mutex

func save(dirty bool) {
	mu.Lock()
	defer mu.Unlock()
	if !dirty {
		mu.Unlock()
		return
	}
}

func main() {
	save(false)
}
