// A sync.Map holds a plain map a tenant. Load and store of the tenant are safe; what happens to
// the plain map after LoadOrStore is not.
package main

import (
	"fmt"
	"sync"
)

type quotas struct {
	tenants sync.Map // string to map[string]int
}

func (q *quotas) charge(tenant, resource string) {
	found, _ := q.tenants.LoadOrStore(tenant, map[string]int{})
	used := found.(map[string]int)
	used[resource]++ // fault: write
}

func main() {
	var q quotas
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 3_000_000; n++ {
				q.charge("acme", fmt.Sprint("disk", n%50))
			}
		}()
	}
	wg.Wait()
}
