// A client with four connections for each host looks at the status of its answers only: bodies stay
// open, and with them their connections.
package main

import (
	"net/http"
	"net/http/httptest"
)

type prober struct {
	client *http.Client
}

func (p *prober) alive(url string) bool {
	answer, err := p.client.Get(url)
	return err == nil && answer.StatusCode == http.StatusOK
}

func main() {
	page := make([]byte, 1<<16)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(page)
	}))
	p := &prober{client: &http.Client{Transport: &http.Transport{MaxConnsPerHost: 4}}}
	for i := 0; i < 20; i++ {
		go p.alive(server.URL)
	}
	select {}
}
