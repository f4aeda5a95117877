//go:build drive

package main

import (
	"context"
	"net"
	"testing"
	"time"

	"example.com/projects/mqttlink/faulty/link"
)

func TestDrive(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			time.AfterFunc(3*time.Millisecond, func() { c.Close() })
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
	defer cancel()
	l := link.New(link.Options{Address: ln.Addr().String(), Reconnect: time.Millisecond})
	if err := l.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	run(ctx, l, []sensor{
		{topic: "a", read: func() float64 { return 1 }, every: 100 * time.Microsecond},
		{topic: "b", read: func() float64 { return 1 }, every: 150 * time.Microsecond},
	})
	l.Close()
}
