// A write lock is given up with RUnlock.
package main

import "sync"

var mu sync.RWMutex

func main() {
	mu.Lock()
	mu.Unlock()
	mu.RUnlock() // fault: fails
}
