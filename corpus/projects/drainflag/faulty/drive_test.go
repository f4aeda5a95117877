//go:build drive

package main

import (
	"context"
	"log/slog"
	"net"
	"net/http/httptest"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	s := NewServer(Config{DrainFor: 20 * time.Millisecond}, slog.New(slog.DiscardHandler))
	polled := make(chan struct{})
	go func() {
		defer close(polled)
		for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {
			s.http.Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/readyz", nil))
		}
	}()
	if err := s.Serve(ctx, ln); err != nil {
		t.Fatal(err)
	}
	<-polled
}
