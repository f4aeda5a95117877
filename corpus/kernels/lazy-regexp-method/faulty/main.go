// A matcher compiles its expression on first use; two requests may come first.
// want CT1111 CT1105
package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
)

type matcher struct {
	pattern  string
	compiled *regexp.Regexp
}

func (m *matcher) match(path string) bool {
	if m.compiled == nil { // race: read
		m.compiled = regexp.MustCompile(m.pattern) // race: write
	}
	return m.compiled.MatchString(path)
}

type rewriter struct {
	rule *matcher
	next http.Handler
}

func (rw *rewriter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rw.rule.match(r.URL.Path) {
		http.Redirect(w, r, "/new", http.StatusMovedPermanently)
		return
	}
	rw.next.ServeHTTP(w, r)
}

func main() {
	rw := &rewriter{&matcher{pattern: "^/old/"}, http.NotFoundHandler()}
	var requests sync.WaitGroup
	for range 6 {
		requests.Add(1)
		go func() {
			defer requests.Done()
			rw.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/old/x", nil))
		}()
	}
	requests.Wait()
}
