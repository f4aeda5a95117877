// On SIGHUP the file is decoded into the very configuration that handlers read.
// want race

package config

import (
	"encoding/json"
	"fmt"
	"os"
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
	var next Config
	if err := json.Unmarshal(raw, &next); err != nil {
		return fmt.Errorf("config: %s: %w", c.path, err)
	}
	next.timeout = 10 * time.Second
	if next.Timeout != "" {
		if next.timeout, err = time.ParseDuration(next.Timeout); err != nil {
			return fmt.Errorf("config: timeout: %w", err)
		}
	}
	next.path = c.path
	*c = next // race: write
	return nil
}

// Upstream returns where requests of a host go.
func (c *Config) Upstream(host string) (string, bool) {
	to, ok := c.Routes[host] // race: read
	return to, ok
}

// IsBlocked says whether an address may not come in.
func (c *Config) IsBlocked(addr string) bool {
	for _, b := range c.Blocked { // race: read
		if b == addr {
			return true
		}
	}
	return false
}

// RequestTimeout is how long an upstream may take.
func (c *Config) RequestTimeout() time.Duration { return c.timeout } // race: read
