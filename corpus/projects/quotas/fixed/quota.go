// The inner map has a lock.

package quotas

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// ErrExceeded is returned when nothing is left.
var ErrExceeded = errors.New("quota exceeded")

// Limits say how much of each resource a tenant may use in a window.
type Limits map[string]int64

// Accountant counts what tenants use.
type Accountant struct {
	defaults Limits
	special  map[string]Limits
	window   time.Duration

	usage   sync.Map // tenant to *usage
	refused atomic.Int64
}

type usage struct {
	mu   sync.Mutex
	used map[string]int64
}

// Option changes a new Accountant.
type Option func(*Accountant)

// WithTenant sets the limits of one tenant.
func WithTenant(tenant string, l Limits) Option {
	return func(a *Accountant) { a.special[tenant] = l }
}

// WithWindow says when counts begin anew.
func WithWindow(d time.Duration) Option { return func(a *Accountant) { a.window = d } }

// NewAccountant returns an accountant with limits for everybody.
func NewAccountant(defaults Limits, opts ...Option) *Accountant {
	a := &Accountant{defaults: defaults, special: make(map[string]Limits), window: time.Hour}
	for _, o := range opts {
		o(a)
	}
	return a
}

func (a *Accountant) limit(tenant, resource string) (int64, bool) {
	if l, ok := a.special[tenant]; ok {
		if n, ok := l[resource]; ok {
			return n, true
		}
	}
	n, ok := a.defaults[resource]
	return n, ok
}

// Use counts n of a resource, or returns ErrExceeded.
func (a *Accountant) Use(tenant, resource string, n int64) error {
	limit, limited := a.limit(tenant, resource)
	if !limited {
		return nil
	}
	v, _ := a.usage.LoadOrStore(tenant, &usage{used: make(map[string]int64)})
	u := v.(*usage)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.used[resource]+n > limit {
		a.refused.Add(1)
		return fmt.Errorf("%s of %s: %w", resource, tenant, ErrExceeded)
	}
	u.used[resource] += n
	return nil
}

// Usage returns what a tenant has used.
func (a *Accountant) Usage(tenant string) map[string]int64 {
	out := make(map[string]int64)
	if v, ok := a.usage.Load(tenant); ok {
		u := v.(*usage)
		u.mu.Lock()
		defer u.mu.Unlock()
		for k, n := range u.used {
			out[k] = n
		}
	}
	return out
}

// Reset begins a new window for all tenants.
func (a *Accountant) Reset() {
	a.usage.Range(func(tenant, _ any) bool {
		a.usage.Delete(tenant)
		return true
	})
}
