//go:build drive

package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	r := NewReport(dirArchive{dir: t.TempDir()}, time.Now())
	h := routes(r)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	done := make(chan struct{})
	var calls atomic.Int64
	go func() {
		defer close(done)
		r.RotateDaily(ctx, func() time.Time {
			return time.Date(2024, 1, 1, 23, 59, 59, 999_000_000+int(calls.Add(1)%9)*1000, time.UTC)
		})
	}()
	for i := 0; ctx.Err() == nil; i++ {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", fmt.Sprintf("/sale?cents=5&product=p%d", i%50), nil))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/report.csv", nil))
	}
	<-done
}
