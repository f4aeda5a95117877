//go:build drive

package main

import (
	"context"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"example.com/projects/topicbus/fixed/bus"
)

func TestDrive(t *testing.T) {
	s := &server{bus: bus.New()}
	h := s.routes()
	done, cancel := context.WithCancel(context.Background())
	cancel()
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(2)
		go func() {
			defer wg.Done()
			for range 100 {
				r := httptest.NewRequest("GET", "/orders/stream", nil).WithContext(done)
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
		}()
		go func() {
			defer wg.Done()
			for range 100 {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/orders", strings.NewReader(`{"id":"a"}`)))
			}
		}()
	}
	wg.Wait()
}
