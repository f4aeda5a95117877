//go:build drive

package hedge

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { time.Sleep(3 * time.Millisecond) }))
	defer s.Close()
	c := &http.Client{Transport: New(nil, After(100*time.Microsecond), Attempts(3))}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 20 {
				if res, err := c.Get(s.URL); err == nil {
					res.Body.Close()
				}
			}
		})
	}
	wg.Wait()
}
