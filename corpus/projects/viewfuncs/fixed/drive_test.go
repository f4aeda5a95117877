//go:build drive

package views

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/fstest"
)

func TestDrive(t *testing.T) {
	v, err := New(Config{FS: fstest.MapFS{
		"index.html": {Data: []byte(`{{range .}}{{.Title}} {{date .Time}}{{end}} {{path}}`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(NewNotebook(v).Routes())
	defer s.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if res, err := http.Get(s.URL + "/"); err == nil {
					res.Body.Close()
				}
			}
		})
	}
	wg.Wait()
}
