// The router's fallback handler is an interface that is replaced while requests are served.
package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

type router struct {
	mu       sync.RWMutex
	fallback http.Handler
}

func (r *router) SetFallback(h http.Handler) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fallback = h
}

func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.RLock()
	h := r.fallback
	r.mu.RUnlock()
	h.ServeHTTP(w, req)
}

func main() {
	r := &router{fallback: http.NotFoundHandler()}
	server := httptest.NewServer(r)
	defer server.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 10 {
			if res, err := http.Get(server.URL); err == nil {
				res.Body.Close()
			}
		}
	}()
	for range 100 {
		r.SetFallback(http.RedirectHandler("/", http.StatusFound))
		r.SetFallback(http.NotFoundHandler())
	}
	<-done
}
