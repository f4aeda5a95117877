// All returns the store's own map, which the admin handler ranges over while the sync loop sets flags.
// want race

package main

import (
	"fmt"
	"sync"
	"time"
)

type FlagStore struct {
	mu    sync.RWMutex
	flags map[string]bool
}

func (s *FlagStore) Set(name string, on bool) {
	s.mu.Lock()
	s.flags[name] = on // race: write
	s.mu.Unlock()
}

func (s *FlagStore) Enabled(name string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.flags[name]
}

func (s *FlagStore) All() map[string]bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.flags
}

type admin struct {
	store *FlagStore
}

func (a *admin) list() (on, off int) {
	for _, v := range a.store.All() { // race: read
		if v {
			on++
		} else {
			off++
		}
	}
	return on, off
}

func startSync(s *FlagStore, every time.Duration) (stop func()) {
	tick := time.NewTicker(every)
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-quit:
				return
			case <-tick.C:
				s.Set(fmt.Sprintf("rollout-%d", n%5), n%2 == 0)
			}
		}
	}()
	return func() { close(quit); <-gone }
}

func main() {
	s := &FlagStore{flags: map[string]bool{"dark-mode": true}}
	stop := startSync(s, 100*time.Microsecond)
	a := &admin{store: s}
	for range 200 {
		a.list()
		time.Sleep(20 * time.Microsecond)
	}
	stop()
	fmt.Println(s.Enabled("dark-mode"))
}
