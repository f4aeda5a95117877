//go:build drive

package main

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/projects/tracetags/fixed/price"
)

func TestDrive(t *testing.T) {
	var shops []price.Backend
	for i := range 8 {
		shops = append(shops, shop{fmt.Sprint("s", i), 0})
	}
	h := handler(price.NewService(time.Second, shops...))
	for range 50 {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/best/pen", nil))
	}
}
