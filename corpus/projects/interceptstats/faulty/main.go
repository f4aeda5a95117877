package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"sync"

	"example.com/projects/interceptstats/faulty/rpcserver"
)

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add(_ context.Context, body json.RawMessage) (any, error) {
	var by int
	if err := json.Unmarshal(body, &by); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += by
	return c.n, nil
}

func (c *counter) get(context.Context, json.RawMessage) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n, nil
}

func newHandler(rec *rpcserver.Recorder) http.Handler {
	s := rpcserver.New(rpcserver.WithInterceptors(rpcserver.Recover, rec.Intercept))
	c := &counter{}
	s.Register("counter", map[string]rpcserver.Handler{"add": c.add, "get": c.get})
	return s
}

func main() {
	rec := rpcserver.NewRecorder()
	server := &http.Server{Addr: ":8080", Handler: newHandler(rec)}
	server.RegisterOnShutdown(func() { log.Printf("%d calls", rec.Total()) })
	log.Fatal(server.ListenAndServe())
}
