package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"example.com/projects/upstreamcheck/faulty/balancer"
)

func main() {
	listen := flag.String("listen", ":8080", "listen address")
	path := flag.String("health", "/healthz", "path of the health check")
	every := flag.Duration("every", 5*time.Second, "interval of the health check")
	flag.Parse()

	pool, err := balancer.NewPool(flag.Args()...)
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	checker := &balancer.Checker{
		Client:    &http.Client{Timeout: 2 * time.Second},
		Path:      *path,
		Interval:  *every,
		Threshold: 3,
	}
	go checker.Run(ctx, pool)

	server := &http.Server{Addr: *listen, Handler: &balancer.Proxy{Pool: pool}}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
