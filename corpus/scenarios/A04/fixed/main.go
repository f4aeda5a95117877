// Every change builds a new configuration and replaces the old one whole.
package main

import (
	"fmt"
	"sync/atomic"
)

type config struct {
	features map[string]bool // never changed after the configuration was stored
}

var current atomic.Pointer[config]

func enable(feature string) {
	for {
		old := current.Load()
		next := &config{features: make(map[string]bool, len(old.features)+1)}
		for name, on := range old.features {
			next.features[name] = on
		}
		next.features[feature] = true
		if current.CompareAndSwap(old, next) {
			return
		}
	}
}

func enabled(feature string) bool {
	return current.Load().features[feature]
}

func main() {
	current.Store(&config{features: map[string]bool{}})
	done := make(chan struct{}, 4)
	for i := 0; i < 4; i++ {
		go func() {
			for n := 0; n < 20_000; n++ {
				enabled(fmt.Sprint("feature", n%100))
			}
			done <- struct{}{}
		}()
	}
	for n := 0; n < 500; n++ {
		enable(fmt.Sprint("feature", n%200))
	}
	for i := 0; i < 4; i++ {
		<-done
	}
	fmt.Println(enabled("feature1"))
}
