package main

import (
	"encoding/json"
	"net/http"
	"sync/atomic"
)

var quotes = []string{
	"Simple things should be simple.",
	"Make it work, then make it right.",
	"Measure before you cut.",
}

var served atomic.Uint64

func quote(w http.ResponseWriter, r *http.Request) {
	n := served.Add(1)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"n":     n,
		"quote": quotes[n%uint64(len(quotes))],
		"path":  r.URL.Path,
	})
}
