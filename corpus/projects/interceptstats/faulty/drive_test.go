//go:build drive

package main

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"example.com/projects/interceptstats/faulty/rpcserver"
)

func TestDrive(t *testing.T) {
	h := newHandler(rpcserver.NewRecorder())
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 100 {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/counter/add", strings.NewReader("1")))
			}
		}()
	}
	wg.Wait()
}
