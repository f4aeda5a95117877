// Feature flags are handed out as a clone, but the clone is made without the lock.
package main

import (
	"maps"
	"sync"
)

type Flags struct {
	guard sync.RWMutex
	byKey map[string]bool
}

func (f *Flags) Toggle(key string) {
	f.guard.Lock()
	f.byKey[key] = !f.byKey[key]
	f.guard.Unlock()
}

func (f *Flags) All() map[string]bool {
	f.guard.RLock()
	defer f.guard.RUnlock()
	return maps.Clone(f.byKey)
}

func main() {
	flags := &Flags{byKey: map[string]bool{"dark": true, "beta": false}}
	stop := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				flags.Toggle("beta")
			}
		}
	}()
	on := 0
	for range 3000 {
		for _, set := range flags.All() {
			if set {
				on++
			}
		}
	}
	close(stop)
	<-stopped
	println(on > 0)
}
