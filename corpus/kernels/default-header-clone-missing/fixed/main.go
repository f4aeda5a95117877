// A reverse proxy hands the same header map to the request that it sends and to the audit goroutine.
package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

type auditor struct{ running sync.WaitGroup }

func (a *auditor) record(h http.Header) {
	a.running.Add(1)
	go func() {
		defer a.running.Done()
		n := 0
		for range h {
			n++
		}
	}()
}

type proxy struct{ audit *auditor }

func (p proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.audit.record(r.Header.Clone())
	r.Header.Set("X-Forwarded-For", r.RemoteAddr)
	r.Header.Del("Authorization")
}

func main() {
	a := &auditor{}
	p := proxy{a}
	for range 20 {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "none")
		p.ServeHTTP(httptest.NewRecorder(), r)
	}
	a.running.Wait()
}
