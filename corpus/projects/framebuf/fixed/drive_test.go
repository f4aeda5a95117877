//go:build drive

package main

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"example.com/projects/framebuf/fixed/wire"
)

func TestDrive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{codec: wire.NewCodec(), now: time.Now}
	go s.serve(ctx, l)
	ping, _ := wire.NewCodec().Encode(wire.Frame{Kind: wire.Call, ID: 1, Body: []byte("now")})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			go io.Copy(io.Discard, conn)
			for range 300 {
				_, _ = conn.Write(ping)
			}
		})
	}
	wg.Wait()
	time.Sleep(20 * time.Millisecond)
}
