package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
)

type balancer struct {
	target *url.URL

	mu   sync.Mutex
	hits map[string]int
}

func (b *balancer) proxy() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{Director: b.direct}
}

func (b *balancer) direct(r *http.Request) {
	r.URL.Scheme, r.URL.Host = b.target.Scheme, b.target.Host
	b.mu.Lock()
	b.hits[r.URL.Path]++
	b.mu.Unlock()
}

func main() {
	backend := httptest.NewServer(http.NotFoundHandler())
	defer backend.Close()
	target, err := url.Parse(backend.URL)
	if err != nil {
		return
	}
	b := &balancer{target: target, hits: map[string]int{}}
	front := httptest.NewServer(b.proxy())
	defer front.Close()
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 20 {
				if resp, err := http.Get(front.URL + "/items"); err == nil {
					resp.Body.Close()
				}
			}
		}()
	}
	wg.Wait()
}
