// An accessor locks and returns a copy of the map.
package main

import (
	"encoding/json"
	"fmt"
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
	hosts := make(map[string]int, len(r.hosts))
	for name, n := range r.hosts {
		hosts[name] = n
	}
	return hosts
}

func (r *registry) Set(name string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hosts[name] = n
}

func main() {
	r := &registry{hosts: map[string]int{}}
	done := make(chan struct{})
	go func() {
		for n := 0; n < 50_000; n++ {
			r.Set(strconv.Itoa(n%1000), n)
		}
		close(done)
	}()
	for n := 0; n < 20; n++ {
		if _, err := json.Marshal(r.Hosts()); err != nil {
			panic(err)
		}
	}
	<-done
	fmt.Println(len(r.Hosts()))
}
