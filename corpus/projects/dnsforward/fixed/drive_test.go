//go:build drive

package main

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"
)

type echo struct{}

func (echo) Exchange(_ context.Context, q []byte) ([]byte, error) { return q, nil }

func TestDrive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := NewForwarder(NewCache(100, time.Now), echo{})
	go f.Serve(ctx, pc)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			conn, err := net.Dial("udp", pc.LocalAddr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			q := []byte{0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1}
			buf := make([]byte, 1500)
			for i := range 200 {
				q[13] = 'a' + byte(i%20)
				_, _ = conn.Write(q)
				_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
				_, _ = conn.Read(buf)
			}
		})
	}
	wg.Wait()
}
