package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Module says how a target is asked.
type Module struct {
	Path     string            `json:"path"`
	Headers  map[string]string `json:"headers"`
	CacheFor Duration          `json:"cache_for"`
}

// Config is the file.
type Config struct {
	Modules map[string]Module `json:"modules"`
}

// Duration is written as "10s".
type Duration time.Duration

func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := time.ParseDuration(s)
	if err != nil {
		return err
	}
	*d = Duration(v)
	return nil
}

func LoadConfig(path string) (*Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var cfg Config
	if err := json.Unmarshal(raw, &cfg); err != nil {
		return nil, fmt.Errorf("parsing %s: %w", path, err)
	}
	if len(cfg.Modules) == 0 {
		return nil, fmt.Errorf("%s has no modules", path)
	}
	return &cfg, nil
}
