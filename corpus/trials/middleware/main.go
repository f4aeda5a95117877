// A middleware counts visitors in a map without a lock.
package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

type Counter struct {
	next http.Handler
	seen map[string]int
}

func (c *Counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.seen[r.RemoteAddr]++
	c.next.ServeHTTP(w, r)
}

func main() {
	c := &Counter{next: http.NotFoundHandler(), seen: map[string]int{}}
	var wg sync.WaitGroup
	for range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 200000 {
				c.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
			}
		}()
	}
	wg.Wait()
}
