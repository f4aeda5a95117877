// A goroutine adds to the response headers while the handler does the same.
package main

import (
	"net/http"
	"net/http/httptest"
)

func handle(w http.ResponseWriter, r *http.Request) {
	traced := make(chan struct{})
	go func() {
		w.Header().Set("X-Trace", "1")
		close(traced)
	}()
	<-traced
	w.Header().Set("X-Served-By", "edge")
}

func main() {
	http.HandlerFunc(handle).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}
