// A debug endpoint sets a package variable that the workers read.
// want CT1106
package main

import (
	"net/http"
	"net/http/httptest"
)

var level = "info"

func setLevel(w http.ResponseWriter, r *http.Request) {
	level = r.URL.Query().Get("to") // race: write
}

func verbose() bool {
	return level == "debug" // race: read
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
