//go:build drive

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 20 {
			fmt.Fprint(w, "some bytes")
			w.(http.Flusher).Flush()
		}
	}))
	defer server.Close()
	var urls []string
	for i := range 12 {
		urls = append(urls, fmt.Sprintf("%s/f%d", server.URL, i))
	}
	p := StartProgress(io.Discard, 100*time.Microsecond)
	if err := NewManager(Options{Dir: t.TempDir()}, p).Fetch(context.Background(), urls); err != nil {
		t.Fatal(err)
	}
	p.Stop()
}
