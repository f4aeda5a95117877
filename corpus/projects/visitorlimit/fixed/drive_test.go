//go:build drive

package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"example.com/projects/visitorlimit/fixed/limit"
)

func TestDrive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	lim := limit.New(limit.Config{Rate: 1e6, Burst: 1000, Sweep: time.Millisecond, Idle: time.Minute})
	go lim.Sweep(ctx)
	s := httptest.NewServer(newServer("", lim).Handler)
	defer s.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				res, err := http.Get(s.URL + "/quote")
				if err == nil {
					res.Body.Close()
				}
			}
		})
	}
	wg.Wait()
}
