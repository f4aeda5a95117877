// The health checker of a proxy sets a plain field that requests read when they choose an upstream.
// want race

package balancer

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// Upstream is one server behind the proxy.
type Upstream struct {
	URL    *url.URL
	Weight int

	active  atomic.Int64
	healthy bool
	fails   int
}

// NewUpstream parses the address of a server.
func NewUpstream(raw string, weight int) (*Upstream, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("upstream %q: %w", raw, err)
	}
	if weight < 1 {
		weight = 1
	}
	return &Upstream{URL: u, Weight: weight, healthy: true}, nil
}

// Acquire counts a request that begins.
func (u *Upstream) Acquire() { u.active.Add(1) }

// Release counts a request that ends.
func (u *Upstream) Release() { u.active.Add(-1) }

func (u *Upstream) available() bool { return u.healthy } // race: read

func (u *Upstream) load() float64 { return float64(u.active.Load()) / float64(u.Weight) }

// Checker asks upstreams whether they are well.
type Checker struct {
	Client    *http.Client
	Path      string
	Interval  time.Duration
	Threshold int
}

// Run checks all upstreams of the pool until ctx is done.
func (c *Checker) Run(ctx context.Context, p *Pool) {
	t := time.NewTicker(c.Interval)
	defer t.Stop()
	for {
		for _, u := range p.upstreams {
			c.check(ctx, u)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

func (c *Checker) check(ctx context.Context, u *Upstream) {
	err := c.ask(ctx, u)
	if err == nil {
		u.fails = 0
		u.healthy = true // race: write
		return
	}
	u.fails++
	if u.fails >= c.Threshold {
		u.healthy = false // race: write
	}
}

func (c *Checker) ask(ctx context.Context, u *Upstream) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.URL.JoinPath(c.Path).String(), nil)
	if err != nil {
		return err
	}
	resp, err := c.Client.Do(req)
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode >= 500 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}
