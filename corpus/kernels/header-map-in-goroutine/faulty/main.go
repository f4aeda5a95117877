// A goroutine adds to the response headers while the handler does the same.
// want CT1001 CT1115
package main

import (
	"net/http"
	"net/http/httptest"
)

func handle(w http.ResponseWriter, r *http.Request) {
	traced := make(chan struct{})
	go func() {
		w.Header().Set("X-Trace", "1") // race: write
		close(traced)
	}()
	w.Header().Set("X-Served-By", "edge") // race: write
	<-traced
}

func main() {
	http.HandlerFunc(handle).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}
