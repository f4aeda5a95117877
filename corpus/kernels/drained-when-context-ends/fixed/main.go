// A service that runs until its context is done sets an atomic flag then, which the readiness handler reads.
package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"
)

type gateway struct {
	server  *httptest.Server
	leaving atomic.Bool
}

func newGateway() *gateway {
	g := &gateway{}
	mux := http.NewServeMux()
	mux.HandleFunc("/ready", g.ready)
	g.server = httptest.NewUnstartedServer(mux)
	return g
}

func (g *gateway) ready(w http.ResponseWriter, _ *http.Request) {
	if g.leaving.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// Run serves until the context is done.
func (g *gateway) Run(ctx context.Context) {
	<-ctx.Done()
	g.leave()
	g.server.Close()
}

func (g *gateway) leave() {
	g.leaving.Store(true)
	time.Sleep(10 * time.Millisecond)
}

func main() {
	g := newGateway()
	g.server.Start()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {
			resp, err := http.Get(g.server.URL + "/ready")
			if err != nil {
				return
			}
			resp.Body.Close()
		}
	}()
	g.Run(ctx)
	<-asked
}
