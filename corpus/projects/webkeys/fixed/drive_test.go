//go:build drive

package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/projects/webkeys/fixed/orders"
)

func TestDrive(t *testing.T) {
	s := httptest.NewServer(newEngine(orders.NewStore(), orders.LogMailer{}))
	defer s.Close()
	for range 100 {
		res, err := http.Post(s.URL+"/orders", "application/json", strings.NewReader(`{"lines":[{"article":"a","count":2}]}`))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	time.Sleep(20 * time.Millisecond)
}
