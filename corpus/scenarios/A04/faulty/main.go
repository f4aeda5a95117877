// Configuration behind an atomic pointer. A reload replaces it whole, which is right; a switch of
// one feature changes the map inside the published value, which is not.
package main

import (
	"fmt"
	"sync/atomic"
)

type config struct {
	features map[string]bool
}

var current atomic.Pointer[config]

func enable(feature string) {
	current.Load().features[feature] = true // fault: write
}

func enabled(feature string) bool {
	return current.Load().features[feature] // fault: read
}

func main() {
	current.Store(&config{features: map[string]bool{}})
	done := make(chan struct{}, 4)
	for i := 0; i < 4; i++ {
		go func() {
			for n := 0; n < 3_000_000; n++ {
				enabled(fmt.Sprint("feature", n%100))
			}
			done <- struct{}{}
		}()
	}
	for n := 0; n < 3_000_000; n++ {
		enable(fmt.Sprint("feature", n%200))
	}
	for i := 0; i < 4; i++ {
		<-done
	}
}
