// The number of connections is bounded below the limit of descriptors, and each has a deadline.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// bounded accepts only while fewer than cap(places) connections are open.
type bounded struct {
	net.Listener
	places chan struct{}
}

type placed struct {
	net.Conn
	places chan struct{}
	gone   bool
}

func (b bounded) Accept() (net.Conn, error) {
	b.places <- struct{}{}
	connection, err := b.Listener.Accept()
	if err != nil {
		<-b.places
		return nil, err
	}
	return &placed{Conn: connection, places: b.places}, nil
}

func (p *placed) Close() error {
	if !p.gone {
		p.gone = true
		<-p.places
	}
	return p.Conn.Close()
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := http.Server{
		Handler:      http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") }),
		ReadTimeout:  time.Second,
		WriteTimeout: time.Second,
	}
	go server.Serve(bounded{listener, make(chan struct{}, 40)})
	for i := 0; i < 100; i++ {
		answer, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			log.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	fmt.Println("100 answers")
}
