// A recovery middleware of our own logs what it caught, as frameworks do.
package main

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"sync"
)

func recovery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if err := recover(); err != nil {
				log.Printf("[Recovery] %s panic recovered:\n%v\n%s", r.URL.Path, err, debug.Stack())
				w.WriteHeader(500)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

type cart struct {
	mu    sync.Mutex
	items []string
}

func (c *cart) first() string {
	c.mu.Lock()
	item := c.items[0]
	c.mu.Unlock()
	return item
}

func main() {
	c := &cart{}
	server := httptest.NewServer(recovery(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, c.first())
	})))
	http.Get(server.URL + "/cart")
	go http.Get(server.URL + "/cart")
	http.Get(server.URL + "/cart")
}
