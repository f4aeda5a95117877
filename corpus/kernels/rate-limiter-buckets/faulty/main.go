// A rate limiter keeps one bucket for each client; concurrent requests of new clients insert at once.
// want CT1001 CT1007 CT1002
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

type bucket struct {
	tokens int
	filled time.Time
}

type limiter struct {
	buckets map[string]bucket
	burst   int
}

func (l *limiter) allow(client string, now time.Time) bool {
	b, ok := l.buckets[client] // race: read
	if !ok || now.Sub(b.filled) > time.Minute {
		b = bucket{tokens: l.burst, filled: now}
	}
	b.tokens--
	l.buckets[client] = b // race: write
	return b.tokens >= 0
}

func (l *limiter) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.allow(r.RemoteAddr, time.Now()) {
			http.Error(w, "slow down", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func main() {
	limits := &limiter{buckets: map[string]bucket{}, burst: 3}
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") })
	chain := limits.middleware(hello)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			req := httptest.NewRequest(http.MethodGet, "/", nil)
			req.RemoteAddr = fmt.Sprintf("10.0.0.%d", i%4)
			chain.ServeHTTP(httptest.NewRecorder(), req)
		}()
	}
	wg.Wait()
}
