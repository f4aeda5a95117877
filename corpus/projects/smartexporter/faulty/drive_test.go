//go:build drive

package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	h := newHandler(func() ([]string, error) { return []string{"a", "b", "c"}, nil },
		func(context.Context, string) ([]byte, error) { return []byte("health: PASSED\nhours: 7\n"), nil })
	s := httptest.NewServer(h)
	defer s.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 30 {
				if res, err := http.Get(s.URL + "/metrics"); err == nil {
					res.Body.Close()
				}
			}
		})
	}
	wg.Wait()
}
