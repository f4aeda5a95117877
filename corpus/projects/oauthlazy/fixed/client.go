// The token is looked at under the lock only.

// Package parcels is a client of a parcel carrier's API. A Client is safe for concurrent use.
package parcels

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// ErrNotFound is returned for parcels the carrier does not know.
var ErrNotFound = errors.New("parcels: not found")

// Client calls the API.
type Client struct {
	base   *url.URL
	http   *http.Client
	auth   *authenticator
	retry  int
	calls  atomic.Int64
	agent  string
	logger func(format string, args ...any)
}

// Option changes a new client.
type Option func(*Client) error

// WithHTTPClient uses hc for all calls.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *Client) error {
		if hc == nil {
			return errors.New("nil http client")
		}
		c.http = hc
		return nil
	}
}

// WithRetries sets how often a call is tried again.
func WithRetries(n int) Option {
	return func(c *Client) error { c.retry = n; return nil }
}

// WithLogger sets where the client writes what it does.
func WithLogger(f func(string, ...any)) Option {
	return func(c *Client) error { c.logger = f; return nil }
}

// New returns a client for an account.
func New(base, id, secret string, opts ...Option) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("parcels: base: %w", err)
	}
	c := &Client{
		base:   u,
		http:   &http.Client{Timeout: 15 * time.Second},
		retry:  2,
		agent:  "parcels-go/1",
		logger: func(string, ...any) {},
	}
	for _, o := range opts {
		if err := o(c); err != nil {
			return nil, fmt.Errorf("parcels: %w", err)
		}
	}
	c.auth = &authenticator{client: c, id: id, secret: secret, now: time.Now}
	return c, nil
}

// Parcel is where a parcel is.
type Parcel struct {
	Code   string    `json:"code"`
	State  string    `json:"state"`
	Seen   time.Time `json:"seen"`
	Weight int       `json:"weight"`
}

// Track looks up one parcel.
func (c *Client) Track(ctx context.Context, code string) (*Parcel, error) {
	var p Parcel
	if err := c.call(ctx, http.MethodGet, "/v1/parcels/"+url.PathEscape(code), nil, &p); err != nil {
		return nil, err
	}
	return &p, nil
}

// Announce tells the carrier of a new parcel.
func (c *Client) Announce(ctx context.Context, p Parcel) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.call(ctx, http.MethodPost, "/v1/parcels", body, nil)
}

// Calls is how many requests were made.
func (c *Client) Calls() int64 { return c.calls.Load() }

func (c *Client) call(ctx context.Context, method, path string, body []byte, out any) error {
	var last error
	for try := 0; try <= c.retry; try++ {
		again, err := c.once(ctx, method, path, body, out)
		if err == nil || !again {
			return err
		}
		c.logger("try %d of %s: %v", try, path, err)
		last = err
	}
	return last
}

func (c *Client) once(ctx context.Context, method, path string, body []byte, out any) (again bool, err error) {
	var rd io.Reader
	if body != nil {
		rd = strings.NewReader(string(body))
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base.JoinPath(path).String(), rd)
	if err != nil {
		return false, err
	}
	token, err := c.auth.Token(ctx)
	if err != nil {
		return false, fmt.Errorf("parcels: token: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("User-Agent", c.agent)
	c.calls.Add(1)
	res, err := c.http.Do(req)
	if err != nil {
		return ctx.Err() == nil, err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusUnauthorized:
		c.auth.Invalidate(token)
		return true, errors.New("parcels: unauthorized")
	case res.StatusCode == http.StatusNotFound:
		return false, ErrNotFound
	case res.StatusCode >= 500:
		return true, fmt.Errorf("parcels: %s", res.Status)
	case res.StatusCode >= 400:
		return false, fmt.Errorf("parcels: %s", res.Status)
	}
	if out == nil {
		return false, nil
	}
	return false, json.NewDecoder(res.Body).Decode(out)
}
