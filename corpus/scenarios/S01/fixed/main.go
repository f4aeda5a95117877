// The deferred Unlock is the only one.
package main

import "sync"

var mu sync.Mutex

func save(dirty bool) {
	mu.Lock()
	defer mu.Unlock()
	if !dirty {
		return
	}
}

func main() {
	save(false)
}
