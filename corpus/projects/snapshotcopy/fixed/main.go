package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"time"

	"example.com/projects/snapshotcopy/fixed/stats"
)

func handler(c *stats.Collector) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "hello", r.URL.Path)
	})
	mux.Handle("/stats", c.Handler())
	return c.Wrap(mux)
}

func flushEvery(ctx context.Context, c *stats.Collector, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			s := c.Flush()
			log.Printf("%d requests since %s, slowest %s", s.Requests, s.Since.Format(time.Kitchen), s.Slowest)
		}
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	c := stats.NewCollector()
	go flushEvery(ctx, c, time.Hour)
	log.Fatal(http.ListenAndServe(":8080", handler(c)))
}
