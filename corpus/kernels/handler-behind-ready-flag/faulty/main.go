// The handler is set under a lock, and each request reads it without.
// want CT1112 CT1105
package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

type gateway struct {
	mu      sync.RWMutex
	ready   bool
	handler http.Handler
}

func (g *gateway) open(h http.Handler) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.handler = h // race: write
	g.ready = true
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if g.handler == nil { // race: read
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	g.mu.RLock()
	ready := g.ready
	g.mu.RUnlock()
	if ready {
		g.handler.ServeHTTP(w, req)
	}
}

func main() {
	g := &gateway{}
	server := httptest.NewServer(g)
	defer server.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 20 {
			if res, err := http.Get(server.URL); err == nil {
				res.Body.Close()
			}
		}
	}()
	g.open(http.NotFoundHandler())
	<-done
}
