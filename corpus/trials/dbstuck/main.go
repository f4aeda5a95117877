// A report walks over its counters under a lock and asks the store for each, which counts the visit
// under the same lock.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/pprof"
	"sync"
	"time"
)

type Store struct {
	mu    sync.Mutex
	rows  map[string]string
	stats *Stats
}

type Stats struct {
	mu    sync.Mutex
	store *Store
	hits  map[string]int
}

func (s *Store) Get(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Hit(key)
	return s.rows[key]
}

func (t *Stats) Hit(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hits[key]++
}

func (t *Stats) Report() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := ""
	for key, n := range t.hits {
		out += fmt.Sprintln(key, n, t.store.Get(key))
	}
	return out
}

func main() {
	store := &Store{rows: map[string]string{"a": "1", "b": "2"}}
	stats := &Stats{store: store, hits: map[string]int{"a": 1}}
	store.stats = stats
	mux := http.NewServeMux()
	mux.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, store.Get("a")) })
	mux.HandleFunc("/report", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, stats.Report()) })
	server := httptest.NewServer(mux)
	client := &http.Client{Timeout: 10 * time.Second}
	for i := range 8 {
		go func() {
			path := "/get"
			if i == 4 {
				path = "/report"
			}
			client.Get(server.URL + path)
		}()
	}
	time.Sleep(2 * time.Second)
	pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
}
