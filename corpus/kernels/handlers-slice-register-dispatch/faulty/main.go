// Handlers are registered at run time while the event loop ranges over the package-level slice.
// want CT1104 CT1106
package main

type event struct{ kind string }

var handlers []func(event)

func OnEvent(do func(event)) {
	handlers = append(handlers, do) // race: write
}

func dispatch(e event) {
	for _, do := range handlers { // race: read
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
