//go:build drive

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/projects/pricescraper/faulty/scrape"
)

func TestDrive(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := range 10 {
			fmt.Fprintf(w, "<li>thing%d | 3.50</li>", i)
			if r.URL.Path == "/" {
				fmt.Fprintf(w, "<a>/page/%d</a>", i)
			}
		}
	}))
	defer s.Close()
	items, err := scrapeAll([]string{s.URL + "/"}, scrape.Async(true), scrape.Parallelism(4))
	if err != nil {
		t.Fatal(err)
	}
	_ = writeCSV(io.Discard, items)
}
