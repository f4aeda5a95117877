// A service of our own under load: handlers take one of four places of a pool and give it back,
// but not when the query fails.
package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
)

type database struct {
	places  chan struct{}
	queries int64
}

func (d *database) query() error {
	d.places <- struct{}{}
	if atomic.AddInt64(&d.queries, 1)%50 == 0 {
		return errors.New("syntax error")
	}
	<-d.places
	return nil
}

func (d *database) page(w http.ResponseWriter, r *http.Request) {
	if err := d.query(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func main() {
	d := &database{places: make(chan struct{}, 4)}
	server := httptest.NewServer(http.HandlerFunc(d.page))
	for i := 0; i < 6; i++ {
		go func() {
			for {
				if answer, err := http.Get(server.URL); err == nil {
					answer.Body.Close()
				}
			}
		}()
	}
	select {}
}
