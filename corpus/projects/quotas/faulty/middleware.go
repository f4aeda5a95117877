package quotas

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// TenantFunc finds the tenant of a request.
type TenantFunc func(*http.Request) (string, error)

// HeaderTenant reads the tenant from a header.
func HeaderTenant(name string) TenantFunc {
	return func(r *http.Request) (string, error) {
		if t := r.Header.Get(name); t != "" {
			return t, nil
		}
		return "", errors.New("no tenant")
	}
}

// Middleware lets requests through as long as the tenant has some left.
func Middleware(a *Accountant, tenant TenantFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			t, err := tenant(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusUnauthorized)
				return
			}
			if err := a.Use(t, "requests", 1); err != nil {
				w.Header().Set("Retry-After", strconv.Itoa(int(a.window.Seconds())))
				http.Error(w, err.Error(), http.StatusTooManyRequests)
				return
			}
			if r.ContentLength > 0 {
				if err := a.Use(t, "bytes", r.ContentLength); err != nil {
					http.Error(w, err.Error(), http.StatusTooManyRequests)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// UsageHandler shows a tenant what it has used.
func UsageHandler(a *Accountant, tenant TenantFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, err := tenant(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(a.Usage(t))
	})
}

// Run resets the counts at the end of each window.
func (a *Accountant) Run(ctx context.Context) {
	t := time.NewTicker(a.window)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			a.Reset()
		}
	}
}
