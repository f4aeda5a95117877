// What the sync.Map holds has a lock of its own.
package main

import (
	"fmt"
	"sync"
)

type usage struct {
	mu   sync.Mutex
	used map[string]int
}

type quotas struct {
	tenants sync.Map // string to *usage
}

func (q *quotas) charge(tenant, resource string) {
	found, _ := q.tenants.LoadOrStore(tenant, &usage{used: map[string]int{}})
	u := found.(*usage)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.used[resource]++
}

func main() {
	var q quotas
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 20_000; n++ {
				q.charge("acme", fmt.Sprint("disk", n%50))
			}
		}()
	}
	wg.Wait()
}
