// Handlers are registered at run time while the event loop ranges over the package-level slice.
package main

import "sync"

type event struct{ kind string }

var (
	handlersMu sync.RWMutex
	handlers   []func(event)
)

func OnEvent(do func(event)) {
	handlersMu.Lock()
	defer handlersMu.Unlock()
	handlers = append(handlers, do)
}

func dispatch(e event) {
	handlersMu.RLock()
	defer handlersMu.RUnlock()
	for _, do := range handlers {
		do(e)
	}
}

func loop(events <-chan event, stopped chan<- struct{}) {
	for e := range events {
		dispatch(e)
	}
	close(stopped)
}

func main() {
	events := make(chan event, 100)
	stopped := make(chan struct{})
	go loop(events, stopped)
	for range 50 {
		events <- event{"tick"}
		OnEvent(func(event) {})
	}
	close(events)
	<-stopped
}
