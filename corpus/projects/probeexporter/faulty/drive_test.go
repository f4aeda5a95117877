//go:build drive

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	up := httptest.NewServer(http.NotFoundHandler())
	defer up.Close()
	e := NewExporter(&Config{Modules: map[string]Module{"default": {}}}, up.Client())
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 30 {
				r := httptest.NewRequest("GET", fmt.Sprintf("/probe?target=%s/%d", up.URL, g*100+i), nil)
				e.ServeHTTP(httptest.NewRecorder(), r)
			}
		}()
	}
	wg.Wait()
}
