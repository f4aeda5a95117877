// A debug endpoint sets a package variable that the workers read.
package main

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
)

var level atomic.Value

func setLevel(w http.ResponseWriter, r *http.Request) {
	level.Store(r.URL.Query().Get("to"))
}

func verbose() bool {
	return level.Load() == "debug"
}

func main() {
	http.HandleFunc("/level", setLevel)
	server := httptest.NewServer(http.DefaultServeMux)
	defer server.Close()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			verbose()
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	for range 3 {
		if resp, err := http.Get(server.URL + "/level?to=debug"); err == nil {
			resp.Body.Close()
		}
	}
	close(stop)
	<-stopped
}
