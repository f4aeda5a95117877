//go:build drive

package main

import (
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"

	"example.com/projects/snapshotcopy/faulty/stats"
)

func TestDrive(t *testing.T) {
	h := handler(stats.NewCollector())
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 60 {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", fmt.Sprintf("/hello/%d/%d", g, i), nil))
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/stats", nil))
			}
		}()
	}
	wg.Wait()
}
