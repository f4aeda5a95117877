package sdkdefaults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ErrNoKey is returned for a client without a key.
var ErrNoKey = errors.New("billing: no API key")

// Client speaks with the billing service.
type Client struct {
	opts *Options
	http *http.Client
}

// New returns a client for one tenant.
func New(key string, opts ...Option) (*Client, error) {
	if key == "" {
		return nil, ErrNoKey
	}
	o := newOptions(key, opts)
	return &Client{opts: o, http: &http.Client{Timeout: o.Timeout}}, nil
}

// Invoice is one bill.
type Invoice struct {
	ID    string `json:"id"`
	Cents int64  `json:"cents"`
	Paid  bool   `json:"paid"`
}

// Invoices returns the bills of a customer.
func (c *Client) Invoices(ctx context.Context, customer string) ([]Invoice, error) {
	var out []Invoice
	err := c.get(ctx, "/v1/customers/"+customer+"/invoices", &out)
	return out, err
}

// Invoice returns one bill.
func (c *Client) Invoice(ctx context.Context, id string) (*Invoice, error) {
	out := new(Invoice)
	if err := c.get(ctx, "/v1/invoices/"+id, out); err != nil {
		return nil, err
	}
	return out, nil
}

func (c *Client) get(ctx context.Context, path string, out any) error {
	var last error
	for try := 0; try <= c.opts.Retries; try++ {
		retry, err := c.once(ctx, path, out)
		if err == nil || !retry {
			return err
		}
		last = err
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try+1) * 50 * time.Millisecond):
		}
	}
	return last
}

func (c *Client) once(ctx context.Context, path string, out any) (retry bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.opts.BaseURL+path, nil)
	if err != nil {
		return false, err
	}
	for name, value := range c.opts.Headers {
		req.Header.Set(name, value)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return true, err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode >= 500:
		return true, fmt.Errorf("billing: %s", resp.Status)
	case resp.StatusCode >= 400:
		return false, fmt.Errorf("billing: %s", resp.Status)
	}
	return false, json.NewDecoder(resp.Body).Decode(out)
}
