// Recover middleware does not help: the handlers write one map, and the runtime ends the process.
package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

type app struct {
	mu    sync.Mutex
	views map[string]int
}

func (a *app) page(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	a.mu.Lock()
	defer a.mu.Unlock()
	a.views[name] = a.views[name] + 1
}

func recovering(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if problem := recover(); problem != nil {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}()
		next(w, r)
	}
}

func main() {
	a := &app{views: map[string]int{}}
	mux := http.NewServeMux()
	mux.Handle("/", recovering(a.page))
	var visitors sync.WaitGroup
	for _, path := range []string{"/a", "/b", "/a", "/c", "/d", "/e"} {
		visitors.Add(1)
		go func(path string) {
			defer visitors.Done()
			for range 10 {
				mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
			}
		}(path)
	}
	visitors.Wait()
}
