// A sync.Map holds plain maps, and two requests of one tenant change one of them.
// want race

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

	usage   sync.Map // tenant to map[string]int64
	refused atomic.Int64
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
	v, _ := a.usage.LoadOrStore(tenant, make(map[string]int64))
	used := v.(map[string]int64)
	if used[resource]+n > limit { // race: read
		a.refused.Add(1)
		return fmt.Errorf("%s of %s: %w", resource, tenant, ErrExceeded)
	}
	used[resource] += n // race: write
	return nil
}

// Usage returns what a tenant has used.
func (a *Accountant) Usage(tenant string) map[string]int64 {
	out := make(map[string]int64)
	if v, ok := a.usage.Load(tenant); ok {
		for k, n := range v.(map[string]int64) { // race: read
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
