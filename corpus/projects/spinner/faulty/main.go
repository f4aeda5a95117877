package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"

	"example.com/projects/spinner/faulty/ui"
)

func main() {
	host := flag.String("host", "localhost", "where to deploy")
	retries := flag.Int("retries", 3, "tries of each step")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	d := &deployment{
		spinner: ui.NewSpinner(os.Stderr, ui.WithPrefix(*host+" ")),
		retries: *retries,
		steps: []step{
			{"resolve", func(ctx context.Context) error {
				_, err := net.DefaultResolver.LookupHost(ctx, *host)
				return err
			}},
			{"check", func(ctx context.Context) error {
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+*host+"/healthz", nil)
				if err != nil {
					return err
				}
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					return err
				}
				return resp.Body.Close()
			}},
		},
	}
	if err := d.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
