//go:build drive

package locale

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	b := NewBundle("en")
	if err := b.Load("en", []byte(`{"hi":"Hello {name}","n":{"one":"{n} file","other":"{n} files"}}`)); err != nil {
		t.Fatal(err)
	}
	h := b.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, From(r.Context()).T("hi", map[string]any{"name": "x"}))
		io.WriteString(w, From(r.Context()).N("n", 2, map[string]any{"n": 2}))
	}))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)) })
	}
	wg.Wait()
}
