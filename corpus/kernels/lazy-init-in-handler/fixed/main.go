// The first requests create the field when it is still nil.
package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
)

type guard struct {
	once    sync.Once
	pattern *regexp.Regexp
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.once.Do(func() {
		g.pattern = regexp.MustCompile("^/[a-z]+$")
	})
	if !g.pattern.MatchString(r.URL.Path) {
		http.Error(w, "bad path", http.StatusBadRequest)
	}
}

func main() {
	mux := http.NewServeMux()
	mux.Handle("/", &guard{})
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/a", nil))
		})
	}
	wg.Wait()
}
