package main

import (
	"bytes"
	"fmt"
	"net/http"
	"sort"
	"sync"
)

// Sample is one line of the page.
type Sample struct {
	Name  string
	Label string
	Value float64
}

func (s Sample) String() string {
	if s.Label == "" {
		return fmt.Sprintf("%s %g", s.Name, s.Value)
	}
	return fmt.Sprintf("%s{device=%q} %g", s.Name, s.Label, s.Value)
}

// Collector gathers samples at each scrape.
type Collector interface {
	Name() string
	Collect(emit func(Sample))
}

// Registry knows all collectors.
type Registry struct {
	mu         sync.RWMutex
	collectors map[string]Collector
}

func NewRegistry() *Registry { return &Registry{collectors: make(map[string]Collector)} }

// MustRegister adds a collector and panics if there is one of that name.
func (r *Registry) MustRegister(c Collector) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.collectors[c.Name()]; ok {
		panic("collector " + c.Name() + " is there already")
	}
	r.collectors[c.Name()] = c
}

// Gather runs all collectors at the same time.
func (r *Registry) Gather() []Sample {
	r.mu.RLock()
	defer r.mu.RUnlock()
	out := make(chan Sample, 64)
	var wg sync.WaitGroup
	for _, c := range r.collectors {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.Collect(func(s Sample) { out <- s })
		}()
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	var all []Sample
	for s := range out {
		all = append(all, s)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].String() < all[j].String() })
	return all
}

// Handler serves the samples.
func (r *Registry) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var buf bytes.Buffer
		for _, s := range r.Gather() {
			fmt.Fprintln(&buf, s)
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		_, _ = buf.WriteTo(w)
	})
}
