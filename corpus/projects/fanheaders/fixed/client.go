// Each request has headers of its own.

package fanheaders

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Doer is an http.Client, or a test double.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Client speaks with the shards of one index.
type Client struct {
	http    Doer
	token   string
	timeout time.Duration
	agent   string
}

type Option func(*Client)

func WithDoer(d Doer) Option             { return func(c *Client) { c.http = d } }
func WithTimeout(d time.Duration) Option { return func(c *Client) { c.timeout = d } }
func WithUserAgent(agent string) Option  { return func(c *Client) { c.agent = agent } }

func NewClient(token string, opts ...Option) *Client {
	c := &Client{http: http.DefaultClient, token: token, timeout: 5 * time.Second, agent: "shardsearch/1"}
	for _, o := range opts {
		o(c)
	}
	return c
}

func (c *Client) baseHeaders(requestID string) map[string]string {
	return map[string]string{
		"Authorization": "Bearer " + c.token,
		"User-Agent":    c.agent,
		"X-Request-Id":  requestID,
		"Accept":        "application/json",
	}
}

func (c *Client) post(ctx context.Context, url string, headers map[string]string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 512))
		return fmt.Errorf("%s: %s: %s", url, resp.Status, text)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
