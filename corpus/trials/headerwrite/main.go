// A handler asks two upstreams at once, and each answer sets headers of the response.
package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
)

var logger = slog.New(slog.NewJSONHandler(os.Stderr, nil))

func gather(w http.ResponseWriter, r *http.Request) {
	var both sync.WaitGroup
	for _, part := range []string{"price", "stock"} {
		both.Add(1)
		go func(part string) {
			defer both.Done()
			for i := 0; i < 200; i++ {
				w.Header().Set("X-"+part, "ok")
			}
		}(part)
	}
	both.Wait()
	logger.Info("served", "path", r.URL.Path)
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(gather))
	for {
		res, err := http.Get(server.URL + "/item")
		if err != nil {
			logger.Error("get", "err", err)
			continue
		}
		res.Body.Close()
	}
}
