// The reader of a connection changes its subscriptions while the hub looks into them.
// want race

package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os/signal"
	"syscall"

	"example.com/projects/wsfilters/faulty/feed"
)

func main() {
	addr := flag.String("addr", ":7000", "listen address")
	depth := flag.Int("depth", 32, "messages kept for a slow client")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	hub := feed.NewHub(feed.WithDepth(*depth))
	if err := serve(ctx, l, hub); err != nil {
		log.Fatal(err)
	}
}

// serve accepts connections until ctx is done.
func serve(ctx context.Context, l net.Listener, hub *feed.Hub) error {
	go hub.Run(ctx)
	go func() {
		<-ctx.Done()
		l.Close()
	}()
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		go hub.Serve(ctx, conn)
	}
}
