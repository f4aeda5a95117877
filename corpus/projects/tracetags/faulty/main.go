package main

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"log"
	"net/http"
	"time"

	"example.com/projects/tracetags/faulty/price"
)

// shop is a backend that makes prices up.
type shop struct {
	name string
	slow time.Duration
}

func (s shop) Name() string { return s.name }

func (s shop) Price(ctx context.Context, product string) (int64, error) {
	select {
	case <-time.After(s.slow):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.name + product))
	return int64(h.Sum32()%10000) + 1, nil
}

func handler(s *price.Service) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /best/{product}", func(w http.ResponseWriter, r *http.Request) {
		offer, err := s.Best(r.Context(), r.PathValue("product"))
		switch {
		case errors.Is(err, price.ErrNoOffer):
			http.Error(w, err.Error(), http.StatusNotFound)
		case err != nil:
			http.Error(w, err.Error(), http.StatusBadGateway)
		default:
			_ = json.NewEncoder(w).Encode(offer)
		}
	})
	return mux
}

func main() {
	s := price.NewService(time.Second, shop{"north", 10 * time.Millisecond}, shop{"south", 20 * time.Millisecond})
	log.Fatal(http.ListenAndServe(":8080", handler(s)))
}
