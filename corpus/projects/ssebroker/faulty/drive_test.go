//go:build drive

package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/projects/ssebroker/faulty/sse"
)

func TestDrive(t *testing.T) {
	b := sse.NewBroker(sse.Config{})
	s := httptest.NewServer(newMux(b))
	defer s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				rq, _ := http.NewRequestWithContext(ctx, "GET", s.URL+"/events?topic=a", nil)
				if res, err := http.DefaultClient.Do(rq); err == nil {
					buf := make([]byte, 10)
					_, _ = res.Body.Read(buf)
					res.Body.Close()
				}
			}
		})
		wg.Go(func() {
			for ctx.Err() == nil {
				if res, err := http.Post(s.URL+"/publish/a", "text/plain", strings.NewReader("x")); err == nil {
					res.Body.Close()
				}
			}
		})
	}
	wg.Wait()
}
