package main

import (
	"flag"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	addr := flag.String("addr", ":5353", "listen address")
	origin := flag.String("origin", "example.com", "name of the zone")
	file := flag.String("zone", "zone.txt", "records")
	flag.Parse()
	z := newZone(*origin)
	f, err := os.Open(*file)
	if err != nil {
		log.Fatal(err)
	}
	if err := z.Load(f); err != nil {
		log.Fatalf("%s: %v", *file, err)
	}
	f.Close()
	conn, err := net.ListenPacket("udp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	sig := make(chan os.Signal, 1)
	signal.Notify(sig, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-sig
		conn.Close()
	}()
	if err := newServer(z, conn, "127.0.0.1").Serve(); err != nil {
		log.Fatal(err)
	}
}
