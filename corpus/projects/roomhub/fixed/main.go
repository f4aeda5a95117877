// The page asks the goroutine of the hub.

package main

import (
	"log"
	"net"
	"net/http"
)

func main() {
	hub := NewHub(64)
	go hub.Run()

	http.Handle("/debug/rooms", statsHandler(hub))
	go func() {
		log.Println(http.ListenAndServe("127.0.0.1:6060", nil))
	}()

	ln, err := net.Listen("tcp", ":7000")
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Printf("accept: %v", err)
			continue
		}
		go serveConn(hub, conn)
	}
}
