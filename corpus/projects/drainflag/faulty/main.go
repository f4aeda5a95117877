package main

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	var cfg Config
	flag.StringVar(&cfg.Addr, "addr", ":8080", "listen address")
	flag.DurationVar(&cfg.DrainFor, "drain", 5*time.Second, "time for balancers to notice")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if err := NewServer(cfg, log).Run(ctx); err != nil {
		log.Error("server failed", "err", err)
		os.Exit(1)
	}
}
