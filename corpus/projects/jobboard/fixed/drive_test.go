//go:build drive

package main

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b := NewBoard(map[string]Runner{"sleep": sleepRunner{step: 100 * time.Microsecond, steps: 20}})
	b.Start(ctx, 3)
	h := (&server{b}).routes()
	for range 50 {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/jobs/sleep?arg=x", nil))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/jobs", nil))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/jobs/j0/log", nil))
	}
}
