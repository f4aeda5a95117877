// A service that runs until its context is done sets a plain flag then, which the readiness handler reads.
// want CT1105
package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"time"
)

type gateway struct {
	server  *httptest.Server
	leaving bool
}

func newGateway() *gateway {
	g := &gateway{}
	mux := http.NewServeMux()
	mux.HandleFunc("/ready", g.ready)
	g.server = httptest.NewUnstartedServer(mux)
	return g
}

func (g *gateway) ready(w http.ResponseWriter, _ *http.Request) {
	if g.leaving { // race: read
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
	g.leaving = true // race: write
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
