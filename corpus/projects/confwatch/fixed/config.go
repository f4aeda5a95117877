// Values are replaced and read under a lock.

// Package conf reads settings from a file, the environment and defaults, and can watch the file.
package conf

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config holds settings. Set defaults and options before use; then getters may be called from anywhere.
type Config struct {
	path      string
	envPrefix string
	interval  time.Duration
	defaults  map[string]any

	valueMu sync.RWMutex
	values  map[string]any

	mu       sync.Mutex
	onChange []func(*Config)
	lastErr  error
}

type Option func(*Config)

func WithEnv(prefix string) Option             { return func(c *Config) { c.envPrefix = prefix } }
func WithInterval(d time.Duration) Option      { return func(c *Config) { c.interval = d } }
func WithDefault(key string, value any) Option { return func(c *Config) { c.defaults[key] = value } }

// Open reads the file.
func Open(path string, opts ...Option) (*Config, error) {
	c := &Config{path: path, interval: 5 * time.Second, defaults: make(map[string]any)}
	for _, o := range opts {
		o(c)
	}
	if err := c.Read(); err != nil {
		return nil, err
	}
	return c, nil
}

// Read reads the file anew.
func (c *Config) Read() error {
	text, err := os.ReadFile(c.path)
	if err != nil {
		return fmt.Errorf("conf: %w", err)
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		return fmt.Errorf("conf: %s: %w", c.path, err)
	}
	values := make(map[string]any)
	flatten(values, "", tree)
	c.valueMu.Lock()
	c.values = values
	c.valueMu.Unlock()
	return nil
}

func flatten(into map[string]any, prefix string, tree map[string]any) {
	for k, v := range tree {
		key := strings.ToLower(prefix + k)
		if sub, ok := v.(map[string]any); ok {
			flatten(into, key+".", sub)
			continue
		}
		into[key] = v
	}
}

// lookup finds a value: the environment first, then the file, then the defaults.
func (c *Config) lookup(key string) (any, bool) {
	key = strings.ToLower(key)
	if c.envPrefix != "" {
		name := c.envPrefix + "_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
		if v, ok := os.LookupEnv(name); ok {
			return v, true
		}
	}
	c.valueMu.RLock()
	v, ok := c.values[key]
	c.valueMu.RUnlock()
	if ok {
		return v, true
	}
	v, ok = c.defaults[key]
	return v, ok
}

// OnChange adds a function that is called after each change of the file.
func (c *Config) OnChange(f func(*Config)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onChange = append(c.onChange, f)
}

// Err is the error of the last reading.
func (c *Config) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lastErr
}

// Watch looks at the file now and then until ctx is done.
func (c *Config) Watch(ctx context.Context) {
	go c.watch(ctx)
}

func (c *Config) watch(ctx context.Context) {
	t := time.NewTicker(c.interval)
	defer t.Stop()
	var last time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		st, err := os.Stat(c.path)
		if err != nil || st.ModTime().Equal(last) {
			continue
		}
		last = st.ModTime()
		c.reload()
	}
}

func (c *Config) reload() {
	err := c.Read()
	c.mu.Lock()
	c.lastErr = err
	handlers := c.onChange[:len(c.onChange):len(c.onChange)]
	c.mu.Unlock()
	if err != nil {
		return
	}
	for _, f := range handlers {
		f(c)
	}
}

// All returns a copy of everything that is set.
func (c *Config) All() map[string]any {
	out := maps.Clone(c.defaults)
	c.valueMu.RLock()
	defer c.valueMu.RUnlock()
	maps.Copy(out, c.values)
	return out
}

// Sub returns the settings below a key, for a component.
func (c *Config) Sub(prefix string) Section {
	return Section{config: c, prefix: strings.ToLower(prefix) + "."}
}

func toInt(v any) int {
	switch v := v.(type) {
	case float64:
		return int(v)
	case int:
		return v
	case string:
		n, _ := strconv.Atoi(v)
		return n
	}
	return 0
}
