// Looks alike: many connections are open because clients poll and the answer comes when there is
// news (long poll). The accept loop accepts.
package main

import (
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

var news = make(chan string)

func poll(w http.ResponseWriter, r *http.Request) {
	select {
	case text := <-news:
		io.WriteString(w, text)
	case <-time.After(30 * time.Second):
		w.WriteHeader(http.StatusNoContent)
	case <-r.Context().Done():
	}
}

func client(address string) {
	for {
		answer, err := http.Get("http://" + address)
		if err != nil {
			log.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	for i := 0; i < 8; i++ {
		go client(listener.Addr().String())
	}
	go func() {
		for range time.Tick(100 * time.Millisecond) {
			news <- "news"
		}
	}()
	log.Fatal(http.Serve(listener, http.HandlerFunc(poll)))
}
