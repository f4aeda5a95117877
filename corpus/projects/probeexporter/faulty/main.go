// An exporter keeps the last result of each target in a map that every scrape changes.
// want race

package main

import (
	"flag"
	"log"
	"net/http"
	"time"
)

func main() {
	addr := flag.String("listen", ":9115", "listen address")
	path := flag.String("config", "probe.json", "configuration file")
	flag.Parse()

	cfg, err := LoadConfig(*path)
	if err != nil {
		log.Fatalf("config: %v", err)
	}
	exporter := NewExporter(cfg, &http.Client{Timeout: 10 * time.Second})

	mux := http.NewServeMux()
	mux.Handle("/probe", exporter)
	mux.HandleFunc("/-/healthy", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
	})
	server := &http.Server{Addr: *addr, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
