// A handler hands its context to a goroutine that sets a key, while the middleware writes the keys to the log.
// want race

package main

import (
	"flag"
	"log"
	"net/http"
	"time"

	"example.com/projects/webkeys/faulty/orders"
	"example.com/projects/webkeys/faulty/web"
)

func newEngine(store *orders.Store, mail orders.Mailer) *web.Engine {
	e := web.New()
	e.Use(web.Recover(), web.AccessLog(log.Printf))
	h := &orders.Handlers{Store: store, Mail: mail, Pricing: orders.NewPricing(50 * time.Millisecond)}
	e.Handle("GET /orders", h.List)
	e.Handle("POST /orders", h.Create)
	e.Handle("GET /orders/{id}", h.Show)
	return e
}

func main() {
	addr := flag.String("addr", ":8080", "listen address")
	flag.Parse()
	log.Fatal(http.ListenAndServe(*addr, newEngine(orders.NewStore(), orders.LogMailer{})))
}
