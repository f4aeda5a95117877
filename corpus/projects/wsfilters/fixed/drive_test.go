//go:build drive

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"example.com/projects/wsfilters/fixed/feed"
)

func TestDrive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hub := feed.NewHub()
	done := make(chan struct{})
	go func() { defer close(done); _ = serve(ctx, l, hub) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, conn)
	for i := range 200 {
		fmt.Fprintf(conn, "sub S%d\n", i%5)
		hub.Publish(feed.Tick{Symbol: "S1", Price: float64(i), At: time.Now()})
	}
	time.Sleep(50 * time.Millisecond)
	cancel()
	<-done
}
