//go:build drive

package parcels

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/oauth/token", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"access_token":"x","expires_in":3600}`)
	})
	mux.HandleFunc("/v1/parcels/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"code":"a"}`) })
	s := httptest.NewServer(mux)
	defer s.Close()
	c, err := New(s.URL, "i", "s")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for range 10 {
				if _, err := c.Track(context.Background(), "a"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
