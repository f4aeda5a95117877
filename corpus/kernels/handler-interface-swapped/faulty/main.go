// The router's fallback handler is an interface that is replaced while requests are served.
// want CT1112 CT1105
package main

import (
	"net/http"
	"net/http/httptest"
)

type router struct {
	fallback http.Handler
}

func (r *router) SetFallback(h http.Handler) {
	r.fallback = h // race: write
}

func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.fallback.ServeHTTP(w, req) // race: read
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
