// The cache of a DNS forwarder moves an entry to the front under the read lock.
// want race

package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5353", "UDP address")
	upstream := flag.String("upstream", "127.0.0.1:53", "server that is asked")
	size := flag.Int("cache", 4096, "entries of the cache")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	pc, err := net.ListenPacket("udp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	f := NewForwarder(NewCache(*size, time.Now), udpUpstream{addr: *upstream, timeout: 2 * time.Second})
	if err := f.Serve(ctx, pc); err != nil {
		log.Fatal(err)
	}
}
