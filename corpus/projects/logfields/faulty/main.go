package main

import (
	"context"
	"net"
	"os"
	"os/signal"

	"example.com/projects/logfields/faulty/log"
)

func main() {
	logger := log.New(os.Stderr, log.Info).With("service", "sum")
	ln, err := net.Listen("tcp", ":7070")
	if err != nil {
		logger.WithError(err).Errorf("cannot listen")
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := NewServer(logger).Serve(ctx, ln); err != nil {
		logger.WithError(err).Errorf("stopped")
		os.Exit(1)
	}
}
