// The service fills the map first, publishes it, and only then listens: it is never half warm.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
)

var prices map[int]string // never changed once the service listens

func warmUp() map[int]string {
	filled := map[int]string{}
	for article := 0; article < 10_000; article++ {
		filled[article] = "9.99"
	}
	return filled
}

func price(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, prices[1])
}

func main() {
	prices = warmUp()
	http.HandleFunc("/", price)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, nil)
	for i := 0; i < 100; i++ {
		answer, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			log.Fatal(err)
		}
		answer.Body.Close()
	}
	fmt.Println("100 answers")
}
