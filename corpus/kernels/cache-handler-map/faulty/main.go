// A package-level cache is filled by HTTP handlers without a lock.
// want CT1007 CT1001 CT1002
package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
)

var cache = map[string]string{}

func render(page string) string { return "<h1>" + page + "</h1>" }

func page(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("page")
	html, ok := cache[name] // race: read
	if !ok {
		html = render(name)
		cache[name] = html // race: write
	}
	io.WriteString(w, html)
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", page)
	server := httptest.NewServer(mux)
	defer server.Close()
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d", "a", "b"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			resp, err := http.Get(server.URL + "/?page=" + name)
			if err == nil {
				resp.Body.Close()
			}
		}()
	}
	wg.Wait()
}
