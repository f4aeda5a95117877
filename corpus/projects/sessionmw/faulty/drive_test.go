//go:build drive

package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"example.com/projects/sessionmw/faulty/session"
)

func TestDrive(t *testing.T) {
	store := session.NewStore(time.Minute)
	defer store.Close()
	h := session.Middleware(store)(newShop().routes())
	first := httptest.NewRecorder()
	h.ServeHTTP(first, httptest.NewRequest("GET", "/cart", nil))
	cookie := first.Result().Cookies()[0]
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				r := httptest.NewRequest(http.MethodPost, "/cart/pen", nil)
				r.AddCookie(cookie)
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
		}()
	}
	wg.Wait()
}
