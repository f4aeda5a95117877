// The signal goroutine sets a package flag; the readiness handler reads it.
package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

var draining atomic.Bool

func watchSignals(signals <-chan os.Signal, seen chan<- struct{}) {
	for range signals {
		draining.Store(true)
		select {
		case seen <- struct{}{}:
		default:
		}
	}
}

func ready(w http.ResponseWriter, _ *http.Request) {
	if draining.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func main() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	seen := make(chan struct{}, 1)
	go watchSignals(signals, seen)
	server := httptest.NewServer(http.HandlerFunc(ready))
	defer server.Close()
	self, _ := os.FindProcess(os.Getpid())
	self.Signal(syscall.SIGUSR1)
	for range 20 {
		if res, err := http.Get(server.URL); err == nil {
			res.Body.Close()
		}
	}
	signal.Stop(signals)
}
