package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"

	"example.com/projects/topicbus/faulty/bus"
)

type order struct {
	ID    string `json:"id"`
	Total int    `json:"total"`
}

type server struct {
	bus *bus.Bus
}

func (s *server) create(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := s.bus.Publish(r.Context(), "orders", o); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// stream sends orders as server-sent events while the client listens.
func (s *server) stream(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "no streaming", http.StatusNotImplemented)
		return
	}
	events := make(chan order, 32)
	sub, err := s.bus.Subscribe("orders", func(_ context.Context, ev bus.Event) error {
		select {
		case events <- ev.Body.(order):
			return nil
		default:
			return fmt.Errorf("listener is slow")
		}
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer sub.Unsubscribe()
	w.Header().Set("Content-Type", "text/event-stream")
	flusher.Flush()
	for {
		select {
		case <-r.Context().Done():
			return
		case o := <-events:
			fmt.Fprintf(w, "data: %s %d\n\n", o.ID, o.Total)
			flusher.Flush()
		}
	}
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", s.create)
	mux.HandleFunc("GET /orders/stream", s.stream)
	return mux
}

func main() {
	b := bus.New(bus.OnError(func(ev bus.Event, err error) { log.Printf("%s: %v", ev.Topic, err) }))
	defer b.Close()
	s := &server{bus: b}
	log.Fatal(http.ListenAndServe(":8080", s.routes()))
}
