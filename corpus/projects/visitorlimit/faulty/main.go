// A limiter finds its visitor under the lock, and notes the visit after it.
// want race

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"example.com/projects/visitorlimit/faulty/limit"
)

func newServer(addr string, lim *limit.Limiter) *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /quote", quote)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "ok", lim.Len())
	})
	return &http.Server{
		Addr:              addr,
		Handler:           lim.Middleware(mux),
		ReadHeaderTimeout: 5 * time.Second,
	}
}

func main() {
	addr := flag.String("addr", ":8080", "listen address")
	rate := flag.Float64("rate", 5, "requests per second and address")
	burst := flag.Int("burst", 10, "burst per address")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	lim := limit.New(limit.Config{Rate: *rate, Burst: *burst, Sweep: time.Minute, Idle: 3 * time.Minute})
	go lim.Sweep(ctx)

	srv := newServer(*addr, lim)
	go func() {
		<-ctx.Done()
		sctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = srv.Shutdown(sctx)
	}()
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
