//go:build drive

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/projects/ratewindow/fixed/limit"
)

func TestDrive(t *testing.T) {
	l := limit.New(5, 100*time.Microsecond)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := &runner{errs: make(chan error, 1)}
	r.add(ctx, l.Run)
	h := limited(l, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for i := range 3000 {
		req := httptest.NewRequest("GET", "/", nil)
		req.Header.Set("X-Forwarded-For", fmt.Sprint(i))
		h.ServeHTTP(httptest.NewRecorder(), req)
	}
}
