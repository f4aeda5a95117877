// The flag is atomic.

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Config configures a Server.
type Config struct {
	Addr         string
	DrainFor     time.Duration
	ShutdownTime time.Duration
}

// Server counts words; it says when it must get no more requests.
type Server struct {
	cfg      Config
	log      *slog.Logger
	http     *http.Server
	inFlight atomic.Int64
	draining atomic.Bool
}

func NewServer(cfg Config, log *slog.Logger) *Server {
	if cfg.ShutdownTime == 0 {
		cfg.ShutdownTime = 10 * time.Second
	}
	s := &Server{cfg: cfg, log: log}
	s.http = &http.Server{Addr: cfg.Addr, Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	return s
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/readyz", s.ready)
	mux.Handle("/count", s.counted(http.HandlerFunc(countWords)))
	return mux
}

func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if s.draining.Load() {
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintf(w, "ready, %d in flight\n", s.inFlight.Load())
}

func (s *Server) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.inFlight.Add(1)
		defer s.inFlight.Add(-1)
		next.ServeHTTP(w, r)
	})
}

// Run serves until ctx is done, then drains and shuts down.
func (s *Server) Run(ctx context.Context) error {
	ln, err := net.Listen("tcp", s.cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return s.Serve(ctx, ln)
}

// Serve is Run on a listener that is open.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(ln) }()
	s.log.Info("serving", "addr", ln.Addr())
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	return s.shutdown(served)
}

func (s *Server) shutdown(served <-chan error) error {
	s.draining.Store(true)
	s.log.Info("draining", "for", s.cfg.DrainFor)
	time.Sleep(s.cfg.DrainFor)
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.ShutdownTime)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(err, s.http.Close())
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
