// The conditions are copied too.

package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/projects/certconditions/fixed/api"
	"example.com/projects/certconditions/fixed/cache"
	"example.com/projects/certconditions/fixed/reconcile"
)

type app struct {
	cache *cache.Cache
	rec   *reconcile.Reconciler
	mux   *http.ServeMux
}

func newApp(workers int) *app {
	c := cache.New()
	a := &app{
		cache: c,
		rec:   reconcile.New(c, reconcile.Options{Workers: workers, RenewBefore: 30 * 24 * time.Hour}),
		mux:   http.NewServeMux(),
	}
	a.mux.HandleFunc("GET /status", a.status)
	c.OnChange(a.rec.Enqueue)
	return a
}

// status tells which certificates are not ready.
func (a *app) status(w http.ResponseWriter, _ *http.Request) {
	for _, crt := range a.cache.List() {
		if cond := api.FindCondition(crt.Status.Conditions, api.Ready); cond == nil || !cond.True {
			w.Write([]byte(crt.Name + "\n"))
		}
	}
}

func main() {
	workers := flag.Int("workers", 2, "reconcilers")
	addr := flag.String("addr", ":8081", "status address")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	a := newApp(*workers)
	srv := &http.Server{Addr: *addr, Handler: a.mux}
	go func() {
		if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("status server", "err", err)
			os.Exit(1)
		}
	}()
	a.rec.Run(ctx)
	_ = srv.Close()
}
