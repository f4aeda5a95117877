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
	server := httptest.NewServer(&guard{})
	defer server.Close()
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if resp, err := http.Get(server.URL + "/a"); err == nil {
				resp.Body.Close()
			}
		})
	}
	wg.Wait()
}
