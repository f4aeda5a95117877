//go:build drive

package main

import (
	"net/http/httptest"
	"sync"
	"testing"
	"testing/fstest"
)

func TestDrive(t *testing.T) {
	files := fstest.MapFS{
		"layout.html":  {Data: []byte(`{{template "body" .}}`)},
		"index.html":   {Data: []byte(`{{define "body"}}i{{end}}`)},
		"missing.html": {Data: []byte(`{{define "body"}}m{{end}}`)},
	}
	h := routes(&site{pages: NewRenderer(files, "layout.html", WithReload(true)), articles: &articles{}})
	var wg sync.WaitGroup
	for _, path := range []string{"/", "/a/x", "/", "/a/y"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 20 {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
			}
		}()
	}
	wg.Wait()
}
