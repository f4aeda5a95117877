// Package limit slows down addresses that ask too often.
package limit

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

type Config struct {
	Rate  float64
	Burst int
	// Sweep is how often idle visitors are forgotten, Idle when a visitor is idle.
	Sweep, Idle time.Duration
	TrustProxy  bool
}

type visitor struct {
	bucket   *bucket
	lastSeen time.Time
}

type Limiter struct {
	cfg Config
	now func() time.Time

	mu       sync.Mutex
	visitors map[string]*visitor
}

func New(cfg Config) *Limiter {
	if cfg.Burst <= 0 {
		cfg.Burst = 1
	}
	return &Limiter{cfg: cfg, now: time.Now, visitors: make(map[string]*visitor)}
}

// visitor returns the entry of the address, a new one if it is new, and notes the visit.
func (l *Limiter) visitor(addr string) *visitor {
	l.mu.Lock()
	defer l.mu.Unlock()
	v, ok := l.visitors[addr]
	if !ok {
		v = &visitor{bucket: newBucket(l.cfg.Rate, l.cfg.Burst, l.now())}
		l.visitors[addr] = v
	}
	v.lastSeen = l.now()
	return v
}

// Allow reports whether the address may go on.
func (l *Limiter) Allow(addr string) bool {
	v := l.visitor(addr)
	return v.bucket.allow(l.now())
}

func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.visitors)
}

// Sweep forgets idle visitors until ctx is done.
func (l *Limiter) Sweep(ctx context.Context) {
	t := time.NewTicker(l.cfg.Sweep)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			l.sweep()
		}
	}
}

func (l *Limiter) sweep() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for addr, v := range l.visitors {
		if l.now().Sub(v.lastSeen) > l.cfg.Idle {
			delete(l.visitors, addr)
		}
	}
}

// Middleware answers 429 to addresses that ask too often.
func (l *Limiter) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.Allow(l.address(r)) {
			http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (l *Limiter) address(r *http.Request) string {
	if l.cfg.TrustProxy {
		if fwd, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ","); fwd != "" {
			return strings.TrimSpace(fwd)
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
