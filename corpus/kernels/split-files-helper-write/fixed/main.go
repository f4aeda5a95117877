// The write hides behind a helper in another file; the read is in the handler.
package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

func main() {
	api := &api{visits: newVisits()}
	handler := http.HandlerFunc(api.serve)
	var wg sync.WaitGroup
	for range 6 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/x", nil))
		}()
	}
	wg.Wait()
}
