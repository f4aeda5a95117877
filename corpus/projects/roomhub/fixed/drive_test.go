//go:build drive

package main

import (
	"fmt"
	"net/http/httptest"
	"testing"
)

func TestDrive(t *testing.T) {
	h := NewHub(4)
	go h.Run()
	defer h.Stop()
	page := statsHandler(h)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			c := &Client{name: fmt.Sprint(i), send: make(chan []byte, 1)}
			h.join <- membership{client: c, room: fmt.Sprint("r", i%9)}
		}
	}()
	for range 100 {
		page(httptest.NewRecorder(), httptest.NewRequest("GET", "/debug/rooms", nil))
	}
	<-done
}
