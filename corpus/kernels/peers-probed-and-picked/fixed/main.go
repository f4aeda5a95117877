// A prober goes over a map of peers and sets their state in an atomic flag, which requests read.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"
)

type peer struct {
	address string
	reached atomic.Bool
}

type ring struct {
	peers map[string]*peer
}

func (r *ring) owner(key string) (*peer, error) {
	p, ok := r.peers[key[:1]]
	if !ok {
		return nil, fmt.Errorf("nobody owns %q", key)
	}
	return p, nil
}

func (r *ring) probe(rounds int) {
	for n := 0; n < rounds; n++ {
		for _, p := range r.peers {
			p.reached.Store(n%2 == 0)
		}
		time.Sleep(time.Microsecond)
	}
}

func (r *ring) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	p, err := r.owner(req.URL.Query().Get("key"))
	if err != nil || !p.reached.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, p.address)
}

func main() {
	r := &ring{peers: map[string]*peer{"a": {address: "10.0.0.1"}, "b": {address: "10.0.0.2"}}}
	go r.probe(2000)
	server := httptest.NewServer(r)
	defer server.Close()
	var wg sync.WaitGroup
	for _, key := range []string{"apple", "banana", "avocado"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 20 {
				if resp, err := http.Get(server.URL + "/?key=" + key); err == nil {
					resp.Body.Close()
				}
			}
		}()
	}
	wg.Wait()
}
