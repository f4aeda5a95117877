package main

import (
	"fmt"
	"log"
	"net/http"
	"time"

	"example.com/projects/sessionmw/faulty/session"
)

type shop struct {
	prices map[string]int
}

func newShop() *shop {
	return &shop{prices: map[string]int{"pen": 2, "book": 12, "lamp": 30}}
}

func (s *shop) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /cart/{item}", s.add)
	mux.HandleFunc("GET /cart", s.show)
	return mux
}

func (s *shop) add(w http.ResponseWriter, r *http.Request) {
	item := r.PathValue("item")
	price, ok := s.prices[item]
	if !ok {
		http.NotFound(w, r)
		return
	}
	sess := session.From(r.Context())
	sess.Set("items", sess.Int("items")+1)
	sess.Set("total", sess.Int("total")+price)
	w.WriteHeader(http.StatusNoContent)
}

func (s *shop) show(w http.ResponseWriter, r *http.Request) {
	sess := session.From(r.Context())
	fmt.Fprintf(w, "%d items, %d in all\n", sess.Int("items"), sess.Int("total"))
}

func main() {
	store := session.NewStore(30 * time.Minute)
	defer store.Close()
	handler := session.Middleware(store)(newShop().routes())
	log.Fatal(http.ListenAndServe(":8080", handler))
}
