// The settings are an atomic pointer of the configuration.

package config

import (
	"encoding/json"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// Config is what the file says.
type Config struct {
	Listen  string            `json:"listen"`
	Timeout string            `json:"timeout"`
	Routes  map[string]string `json:"routes"`
	Blocked []string          `json:"blocked"`

	path    string
	timeout time.Duration
	current atomic.Pointer[Config]
}

// Load reads a file.
func Load(path string) (*Config, error) {
	c := &Config{path: path}
	if err := c.Reload(); err != nil {
		return nil, err
	}
	return c, nil
}

// Reload reads the file again. If it is wrong, nothing changes.
func (c *Config) Reload() error {
	raw, err := os.ReadFile(c.path)
	if err != nil {
		return fmt.Errorf("config: %w", err)
	}
	next := new(Config)
	if err := json.Unmarshal(raw, next); err != nil {
		return fmt.Errorf("config: %s: %w", c.path, err)
	}
	next.timeout = 10 * time.Second
	if next.Timeout != "" {
		if next.timeout, err = time.ParseDuration(next.Timeout); err != nil {
			return fmt.Errorf("config: timeout: %w", err)
		}
	}
	c.current.Store(next)
	return nil
}

// Upstream returns where requests of a host go.
func (c *Config) Upstream(host string) (string, bool) {
	to, ok := c.current.Load().Routes[host]
	return to, ok
}

// IsBlocked says whether an address may not come in.
func (c *Config) IsBlocked(addr string) bool {
	for _, b := range c.current.Load().Blocked {
		if b == addr {
			return true
		}
	}
	return false
}

// RequestTimeout is how long an upstream may take.
func (c *Config) RequestTimeout() time.Duration { return c.current.Load().timeout }

// Address is where the server listens.
func (c *Config) Address() string { return c.current.Load().Listen }
