//go:build drive

package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/projects/upstreamcheck/faulty/balancer"
)

func TestDrive(t *testing.T) {
	up := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer up.Close()
	pool, err := balancer.NewPool(up.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go (&balancer.Checker{Client: up.Client(), Path: "/", Interval: time.Microsecond, Threshold: 2}).Run(ctx, pool)
	p := &balancer.Proxy{Pool: pool}
	for range 100 {
		p.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}
}
