// An accessor locks, returns the map itself, and the caller encodes it without the lock.
package main

import (
	"encoding/json"
	"strconv"
	"sync"
)

type registry struct {
	mu    sync.Mutex
	hosts map[string]int
}

func (r *registry) Hosts() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hosts
}

func (r *registry) Set(name string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hosts[name] = n // fault: write
}

func status(r *registry) ([]byte, error) {
	return json.Marshal(r.Hosts()) // fault: read
}

func main() {
	r := &registry{hosts: map[string]int{}}
	go func() {
		for n := 0; ; n++ {
			r.Set(strconv.Itoa(n%1000), n)
		}
	}()
	for {
		if _, err := status(r); err != nil {
			panic(err)
		}
	}
}
