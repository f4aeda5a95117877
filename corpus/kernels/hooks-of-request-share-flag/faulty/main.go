// Hooks that each request hands down set one flag of all requests.

// want CT1102 CT1105
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
)

type hooks struct {
	onSent func()
}

type hooksKey struct{}

type backend struct{}

func (backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, _ := r.Context().Value(hooksKey{}).(*hooks)
	if found != nil && found.onSent != nil {
		found.onSent()
	}
	fmt.Fprintln(w, "sent")
}

func watched(next http.Handler) http.Handler {
	var sent bool
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		found := &hooks{onSent: func() {
			sent = true // race: write
		}}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), hooksKey{}, found)))
		if !sent { // race: read
			fmt.Println("nothing was sent")
		}
	})
}

func main() {
	server := watched(backend{})
	var running sync.WaitGroup
	for range 8 {
		running.Add(1)
		go func() {
			defer running.Done()
			server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}()
	}
	running.Wait()
}
