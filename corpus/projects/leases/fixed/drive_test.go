//go:build drive

package leases

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/rpc"
	"sync"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewServer(NewTable(2*time.Millisecond), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go s.Serve(ctx, ln)
	defer ln.Close()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c, err := rpc.Dial("tcp", ln.Addr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			var l Lease
			for i := range 60 {
				args := &Args{Name: fmt.Sprint("l", g, i%5), Holder: fmt.Sprint(g)}
				c.Call("Leases.Acquire", args, &l)
				c.Call("Leases.Renew", args, &l)
			}
		}()
	}
	wg.Wait()
}
