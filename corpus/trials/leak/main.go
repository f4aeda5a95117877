// A service of our own: each request starts a watcher that waits for an event nobody sends. Four
// goroutine profiles are written to standard error, a second apart.
package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/pprof"
	"time"
)

func watch(events <-chan string) {
	for event := range events {
		println(event)
	}
}

func page(w http.ResponseWriter, r *http.Request) {
	events := make(chan string)
	go watch(events)
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(page))
	for round := 0; round < 4; round++ {
		for i := 0; i < 8; i++ {
			if answer, err := http.Get(server.URL); err == nil {
				answer.Body.Close()
			}
		}
		time.Sleep(200 * time.Millisecond)
		pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
	}
}
