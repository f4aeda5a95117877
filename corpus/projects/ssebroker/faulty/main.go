// A broker of events takes clients that are too slow out of its map while it holds the read lock only.
// want race

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"example.com/projects/ssebroker/faulty/sse"
)

func newMux(b *sse.Broker) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("GET /events", b)
	mux.HandleFunc("POST /publish/{topic}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		n := b.Publish(sse.Event{Topic: r.PathValue("topic"), Data: string(body)})
		fmt.Fprintln(w, n)
	})
	mux.HandleFunc("GET /stats", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "clients %d\ndropped %d\n", b.Len(), b.Dropped())
	})
	return mux
}

func main() {
	addr := flag.String("addr", ":8080", "listen address")
	flag.Parse()
	b := sse.NewBroker(sse.Config{Backlog: 32, KeepAlive: 15 * time.Second})
	srv := &http.Server{Addr: *addr, Handler: newMux(b)}
	srv.RegisterOnShutdown(b.Close)
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
