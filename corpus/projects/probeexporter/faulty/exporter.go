package main

import (
	"context"
	"fmt"
	"net/http"
	"sort"
	"strings"
	"sync/atomic"
	"time"
)

type sample struct {
	name   string
	labels string
	value  float64
}

// scraper asks one target with one module and remembers the answer for a while.
type scraper struct {
	target  string
	module  Module
	samples []sample
	until   time.Time
}

// Exporter serves /probe?target=...&module=...
type Exporter struct {
	cfg      *Config
	client   *http.Client
	scrapers map[string]*scraper
	requests atomic.Int64
}

func NewExporter(cfg *Config, client *http.Client) *Exporter {
	return &Exporter{cfg: cfg, client: client, scrapers: make(map[string]*scraper)}
}

func (e *Exporter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.requests.Add(1)
	target := r.URL.Query().Get("target")
	if target == "" {
		http.Error(w, "target is missing", http.StatusBadRequest)
		return
	}
	name := r.URL.Query().Get("module")
	if name == "" {
		name = "default"
	}
	module, ok := e.cfg.Modules[name]
	if !ok {
		http.Error(w, fmt.Sprintf("unknown module %q", name), http.StatusNotFound)
		return
	}
	samples, err := e.scraperFor(target, name, module).collect(r.Context(), e.client)
	if err != nil {
		samples = []sample{{name: "probe_success", value: 0}}
	}
	e.write(w, samples)
}

// scraperFor returns the scraper of a target, a new one at first.
func (e *Exporter) scraperFor(target, name string, module Module) *scraper {
	key := name + "|" + target
	if s, ok := e.scrapers[key]; ok { // race: read
		return s
	}
	s := &scraper{target: target, module: module}
	e.scrapers[key] = s // race: write
	return s
}

func (s *scraper) collect(ctx context.Context, client *http.Client) ([]sample, error) {
	start := time.Now()
	url := strings.TrimSuffix(s.target, "/") + "/" + strings.TrimPrefix(s.module.Path, "/")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	for k, v := range s.module.Headers {
		req.Header.Set(k, v)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	up := 0.0
	if resp.StatusCode < 400 {
		up = 1
	}
	return []sample{
		{name: "probe_success", value: up},
		{name: "probe_status", labels: `{target="` + s.target + `"}`, value: float64(resp.StatusCode)},
		{name: "probe_duration_seconds", value: time.Since(start).Seconds()},
	}, nil
}

func (e *Exporter) write(w http.ResponseWriter, samples []sample) {
	sort.Slice(samples, func(i, j int) bool { return samples[i].name < samples[j].name })
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	for _, s := range samples {
		fmt.Fprintf(w, "%s%s %g\n", s.name, s.labels, s.value)
	}
	fmt.Fprintf(w, "exporter_requests_total %d\n", e.requests.Load())
}
