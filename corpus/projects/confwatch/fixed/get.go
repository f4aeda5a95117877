package conf

import (
	"fmt"
	"time"
)

// String returns a setting as text, "" if it is not set.
func (c *Config) String(key string) string {
	v, ok := c.lookup(key)
	if !ok {
		return ""
	}
	return fmt.Sprint(v)
}

// Int returns a setting as a number.
func (c *Config) Int(key string) int {
	v, _ := c.lookup(key)
	return toInt(v)
}

// Bool returns whether a setting is on.
func (c *Config) Bool(key string) bool {
	switch c.String(key) {
	case "true", "1", "yes", "on":
		return true
	}
	return false
}

// Duration returns a setting like "5s"; plain numbers are seconds.
func (c *Config) Duration(key string) time.Duration {
	if d, err := time.ParseDuration(c.String(key)); err == nil {
		return d
	}
	return time.Duration(c.Int(key)) * time.Second
}

// Get returns a setting as a T, or the fallback.
func Get[T any](c *Config, key string, fallback T) T {
	v, ok := c.lookup(key)
	if !ok {
		return fallback
	}
	if t, ok := v.(T); ok {
		return t
	}
	return fallback
}

// Section is a part of the settings.
type Section struct {
	config *Config
	prefix string
}

func (s Section) String(key string) string          { return s.config.String(s.prefix + key) }
func (s Section) Int(key string) int                { return s.config.Int(s.prefix + key) }
func (s Section) Bool(key string) bool              { return s.config.Bool(s.prefix + key) }
func (s Section) Duration(key string) time.Duration { return s.config.Duration(s.prefix + key) }
