package balancer

import (
	"errors"
	"net/http"
	"net/http/httputil"
)

// ErrNoUpstream is returned when no server is well.
var ErrNoUpstream = errors.New("balancer: no upstream is available")

// Pool is a set of upstreams.
type Pool struct {
	upstreams []*Upstream
}

// NewPool makes a pool of addresses.
func NewPool(addrs ...string) (*Pool, error) {
	p := &Pool{}
	for _, a := range addrs {
		u, err := NewUpstream(a, 1)
		if err != nil {
			return nil, err
		}
		p.upstreams = append(p.upstreams, u)
	}
	return p, nil
}

// Pick returns the available upstream with the least load.
func (p *Pool) Pick() (*Upstream, error) {
	var best *Upstream
	for _, u := range p.upstreams {
		if !u.available() {
			continue
		}
		if best == nil || u.load() < best.load() {
			best = u
		}
	}
	if best == nil {
		return nil, ErrNoUpstream
	}
	return best, nil
}

// Proxy sends requests to the upstreams of a pool.
type Proxy struct {
	Pool      *Pool
	Transport http.RoundTripper
}

func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u, err := p.Pool.Pick()
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	u.Acquire()
	defer u.Release()
	rp := &httputil.ReverseProxy{
		Rewrite: func(pr *httputil.ProxyRequest) {
			pr.SetURL(u.URL)
			pr.SetXForwarded()
		},
		Transport: p.Transport,
	}
	rp.ServeHTTP(w, r)
}
