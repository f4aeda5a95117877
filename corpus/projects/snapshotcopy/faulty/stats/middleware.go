package stats

import (
	"encoding/json"
	"net/http"
	"time"
)

type writer struct {
	http.ResponseWriter
	status int
}

func (w *writer) WriteHeader(code int) {
	w.status = code
	w.ResponseWriter.WriteHeader(code)
}

// Wrap counts the requests of a handler.
func (c *Collector) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &writer{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		c.Observe(r.URL.Path, rec.status, time.Since(start))
	})
}

// Handler shows the counts.
func (c *Collector) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		if err := enc.Encode(c.Snapshot()); err != nil { // race: read
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}
