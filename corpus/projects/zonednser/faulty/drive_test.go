//go:build drive

package main

import (
	"fmt"
	"net"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(newZone("example.com"), conn, "127.0.0.1")
	defer conn.Close()
	addr, _ := net.ResolveUDPAddr("udp", "127.0.0.1:1")
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 100 {
				s.answer([]string{"ADD", fmt.Sprint("n", g), "v"}, addr)
				s.answer([]string{"GET", fmt.Sprint("n", i%4, ".example.com")}, addr)
			}
		}()
	}
	wg.Wait()
}
