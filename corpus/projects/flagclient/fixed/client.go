// The caller gets a copy of the map.

package flagclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"
)

// Flag is one switch.
type Flag struct {
	Key     string `json:"key"`
	Enabled bool   `json:"enabled"`
	Percent int    `json:"percent"`
	Version int    `json:"version"`
}

// Config configures a Client.
type Config struct {
	URL      string
	Interval time.Duration
	HTTP     *http.Client
	OnError  func(error)
}

// Client knows the flags of a service. It is safe for use by several goroutines.
type Client struct {
	cfg    Config
	mu     sync.RWMutex
	flags  map[string]Flag
	etag   string
	cancel context.CancelFunc
	done   chan struct{}
}

// New starts a client, which polls until Close.
func New(cfg Config) (*Client, error) {
	if cfg.URL == "" {
		return nil, errors.New("flagclient: no URL")
	}
	if cfg.Interval <= 0 {
		cfg.Interval = 30 * time.Second
	}
	if cfg.HTTP == nil {
		cfg.HTTP = http.DefaultClient
	}
	if cfg.OnError == nil {
		cfg.OnError = func(error) {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &Client{cfg: cfg, flags: make(map[string]Flag), cancel: cancel, done: make(chan struct{})}
	if err := c.poll(ctx); err != nil {
		cancel()
		return nil, err
	}
	go c.loop(ctx)
	return c, nil
}

// Close stops the poller.
func (c *Client) Close() {
	c.cancel()
	<-c.done
}

func (c *Client) loop(ctx context.Context) {
	defer close(c.done)
	t := time.NewTicker(c.cfg.Interval)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := c.poll(ctx); err != nil && ctx.Err() == nil {
				c.cfg.OnError(err)
			}
		}
	}
}

func (c *Client) poll(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.cfg.URL, nil)
	if err != nil {
		return err
	}
	c.mu.RLock()
	etag := c.etag
	c.mu.RUnlock()
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := c.cfg.HTTP.Do(req)
	if err != nil {
		return fmt.Errorf("flagclient: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified {
		return nil
	}
	var list []Flag
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		return fmt.Errorf("flagclient: decoding: %w", err)
	}
	c.apply(list, resp.Header.Get("ETag"))
	return nil
}

func (c *Client) apply(list []Flag, etag string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := make(map[string]bool, len(list))
	for _, f := range list {
		seen[f.Key] = true
		if old, ok := c.flags[f.Key]; ok && old.Version >= f.Version {
			continue
		}
		c.flags[f.Key] = f
	}
	for key := range c.flags {
		if !seen[key] {
			delete(c.flags, key)
		}
	}
	c.etag = etag
}

// Enabled says whether a flag is on for a user.
func (c *Client) Enabled(key string, user uint32) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	f, ok := c.flags[key]
	return ok && f.Enabled && int(user%100) < f.Percent
}

// All returns all flags.
func (c *Client) All() map[string]Flag {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return maps.Clone(c.flags)
}
