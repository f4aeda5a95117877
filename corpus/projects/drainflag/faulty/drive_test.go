//go:build drive

package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- NewServer(Config{DrainFor: 50 * time.Millisecond}, slog.Default()).Serve(ctx, ln) }()
	for i := range 40 {
		if resp, err := http.Get("http://" + ln.Addr().String() + "/readyz"); err == nil {
			resp.Body.Close()
		}
		if i == 20 {
			cancel()
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
