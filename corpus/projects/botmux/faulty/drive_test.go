//go:build drive

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	a, b := net.Pipe()
	go io.Copy(io.Discard, b)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = newBot(a, time.Millisecond).Run(ctx) }()
	for i := range 300 {
		fmt.Fprintf(b, "c%d u poll\n", i%3)
		fmt.Fprintf(b, "c%d u vote x\n", i%3)
	}
	time.Sleep(10 * time.Millisecond)
	cancel()
	<-done
}
