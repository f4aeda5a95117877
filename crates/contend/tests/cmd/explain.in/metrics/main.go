package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
)

type metrics struct {
	mu     sync.RWMutex
	counts map[string]int
}

func (m *metrics) inc(k string) {
	m.mu.Lock()
	m.counts[k]++
	m.mu.Unlock()
}

func (m *metrics) All() map[string]int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.counts
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(v)
}

func (m *metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, 200, map[string]any{"ok": true, "counts": m.All()})
}

func main() {
	m := &metrics{counts: map[string]int{}}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for n := range 1000000 {
				m.inc(string(rune('a' + (n+i)%26)))
			}
		})
	}
	for range 4 {
		wg.Go(func() {
			for {
				m.ServeHTTP(httptest.NewRecorder(), nil)
			}
		})
	}
	wg.Wait()
}
