// A matcher compiles its expression on first use; two requests may come first.
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
	once     sync.Once
}

func (m *matcher) match(path string) bool {
	m.once.Do(func() { m.compiled = regexp.MustCompile(m.pattern) })
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
