package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"

	"example.com/projects/hotconf/faulty/config"
)

type proxy struct {
	cfg     *config.Config
	client  *http.Client
	served  atomic.Int64
	refused atomic.Int64
}

func newProxy(cfg *config.Config) *proxy {
	return &proxy{cfg: cfg, client: &http.Client{}}
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if p.cfg.IsBlocked(host) {
		p.refused.Add(1)
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	upstream, ok := p.cfg.Upstream(r.Host)
	if !ok {
		http.NotFound(w, r)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), p.cfg.RequestTimeout())
	defer cancel()
	req := r.Clone(ctx)
	req.RequestURI = ""
	req.URL.Scheme = "http"
	req.URL.Host = upstream
	resp, err := p.client.Do(req)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	for k, vs := range resp.Header {
		w.Header()[k] = vs
	}
	w.WriteHeader(resp.StatusCode)
	if _, err := io.Copy(w, resp.Body); err != nil {
		log.Printf("copy: %v", err)
	}
	p.served.Add(1)
}
