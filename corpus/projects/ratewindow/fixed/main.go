package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"example.com/projects/ratewindow/fixed/limit"
)

func clientIP(r *http.Request) string {
	if fwd := r.Header.Get("X-Forwarded-For"); fwd != "" {
		first, _, _ := strings.Cut(fwd, ",")
		return strings.TrimSpace(first)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func limited(l *limit.Limiter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.Allow(clientIP(r)) {
			http.Error(w, "slow down", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// runner runs parts of the program until one of them fails.
type runner struct {
	wg   sync.WaitGroup
	errs chan error
}

func (r *runner) add(ctx context.Context, f func(context.Context) error) {
	r.wg.Add(1)
	go func() {
		defer r.wg.Done()
		if err := f(ctx); err != nil && !errors.Is(err, context.Canceled) {
			r.errs <- err
		}
	}()
}

func serve(addr string, h http.Handler) func(context.Context) error {
	return func(ctx context.Context) error {
		server := &http.Server{Addr: addr, Handler: h}
		stop := context.AfterFunc(ctx, func() { server.Close() })
		defer stop()
		if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	}
}

func main() {
	addr := flag.String("addr", ":8080", "listen address")
	max := flag.Int("max", 60, "requests for each minute")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	l := limit.New(*max, time.Minute)
	files := http.FileServer(http.Dir("."))
	r := &runner{errs: make(chan error, 2)}
	r.add(ctx, l.Run)
	r.add(ctx, serve(*addr, limited(l, files)))
	select {
	case err := <-r.errs:
		log.Fatal(err)
	case <-ctx.Done():
	}
	r.wg.Wait()
}
