// Requests start from default headers: the map is assigned, not copied.
// want CT1001 CT1007
package main

import (
	"maps"
	"sync"
)

var defaults = map[string]string{"Accept": "*/*"}

func newRequest(id string) map[string]string {
	headers := defaults
	headers["X-Request-Id"] = id // race: write
	return headers
}

func main() {
	ids := maps.Keys(map[string]int{"a": 1, "b": 2, "c": 3})
	var wg sync.WaitGroup
	for id := range ids {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = newRequest(id)
		}()
	}
	wg.Wait()
}
