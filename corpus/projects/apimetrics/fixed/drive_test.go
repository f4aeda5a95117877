//go:build drive

package main

import (
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	h := newHandler()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 40 {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(fmt.Sprintf("M%d", g*50+i), "/v1/time", nil))
			}
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil))
		}()
	}
	wg.Wait()
}
