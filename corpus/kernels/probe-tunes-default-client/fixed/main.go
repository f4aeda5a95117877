// A goroutine changes a process-wide default that other goroutines rely on.
package main

import (
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

type probe struct {
	url     string
	timeout time.Duration
}

func (p probe) client() *http.Client {
	return &http.Client{Timeout: p.timeout}
}

func (p probe) run(log *slog.Logger) {
	if res, err := p.client().Get(p.url); err == nil {
		res.Body.Close()
	} else {
		log.Debug("probe failed", "error", err)
	}
}

func main() {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	closed.Close()
	log := slog.New(slog.DiscardHandler)
	var probes sync.WaitGroup
	for i := range 4 {
		probes.Go(func() {
			probe{"http://" + closed.Addr().String(), time.Duration(i+1) * time.Second}.run(log)
		})
	}
	probes.Wait()
}
