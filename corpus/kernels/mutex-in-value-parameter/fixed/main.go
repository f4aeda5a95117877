// The registry is passed by value to its workers: each holds another mutex over one map.
package main

import "sync"

type registry struct {
	mu    sync.Mutex
	addrs map[string]string
}

func announce(r *registry, name, addr string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.addrs[name] = addr
}

func main() {
	r := &registry{addrs: map[string]string{}}
	var nodes sync.WaitGroup
	for _, name := range []string{"n1", "n2", "n3", "n4"} {
		nodes.Add(1)
		go func() {
			defer nodes.Done()
			announce(r, name, name+".local:7946")
		}()
	}
	nodes.Wait()
}
