//go:build drive

package main

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"example.com/projects/geodb/faulty/geo"
)

type text string

func (s text) Open() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(s))), nil }

func TestDrive(t *testing.T) {
	h := newHandler(geo.New(text("10.0.0.0/8 zz\n192.0.2.0/24 xx\n")))
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 200 {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", fmt.Sprintf("/ip/10.0.%d.%d", g, i), nil))
				if g == 0 {
					h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/-/reload", nil))
				}
			}
		})
	}
	wg.Wait()
}
