// A server keeps a connection for each client until no file descriptor is left. From then on every
// accept fails with EMFILE, and the accept loop waits and tries again.
package main

import (
	"log"
	"net"
	"net/http"
	"syscall"
	"time"
)

func slow(w http.ResponseWriter, r *http.Request) {
	time.Sleep(time.Hour) // fault: holds
}

func main() {
	limit := syscall.Rlimit{Cur: 32, Max: 32}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for {
			connection, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				time.Sleep(10 * time.Millisecond)
				continue
			}
			connection.Write([]byte("GET / HTTP/1.1\r\nHost: here\r\n\r\n"))
			time.Sleep(time.Millisecond)
		}
	}()
	log.Fatal(http.Serve(listener, http.HandlerFunc(slow))) // fault: waits
}
