// A read lock is given up with RUnlock.
package main

import "sync"

var mu sync.RWMutex

func main() {
	mu.RLock()
	mu.RUnlock()
}
