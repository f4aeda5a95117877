// A chat writes messages of its users and pings to one connection from two goroutines. gorilla
// websocket 1.4.0 allows one writer at a time and looks for a second one.
package main

import (
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gorilla/websocket"
)

var upgrader websocket.Upgrader

func serve(w http.ResponseWriter, r *http.Request) {
	connection, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		log.Fatal(err)
	}
	go ping(connection)
	for {
		if err := connection.WriteMessage(websocket.TextMessage, []byte("hello")); err != nil {
			return
		}
	}
}

func ping(connection *websocket.Conn) {
	for {
		if err := connection.WriteMessage(websocket.TextMessage, []byte("ping")); err != nil {
			return
		}
	}
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(serve))
	connection, _, err := websocket.DefaultDialer.Dial(strings.Replace(server.URL, "http", "ws", 1), nil)
	if err != nil {
		log.Fatal(err)
	}
	for {
		if _, _, err := connection.ReadMessage(); err != nil {
			log.Print(err)
			select {}
		}
	}
}
