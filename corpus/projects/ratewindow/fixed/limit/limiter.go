// The whole cleaning takes the lock.

package limit

import (
	"context"
	"sync"
	"time"
)

type window struct {
	start time.Time
	count int
}

// Limiter allows so many requests for each key and window.
type Limiter struct {
	max    int
	length time.Duration
	now    func() time.Time

	sync.Mutex
	windows map[string]*window
}

// New returns a limiter; Run cleans it up.
func New(max int, length time.Duration) *Limiter {
	return &Limiter{max: max, length: length, now: time.Now, windows: make(map[string]*window)}
}

// Allow counts a request.
func (l *Limiter) Allow(key string) bool {
	l.Lock()
	defer l.Unlock()
	now := l.now()
	w, ok := l.windows[key]
	if !ok || now.Sub(w.start) >= l.length {
		w = &window{start: now}
		l.windows[key] = w
	}
	w.count++
	return w.count <= l.max
}

// Run takes old windows out until ctx is done.
func (l *Limiter) Run(ctx context.Context) error {
	t := time.NewTicker(l.length)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			l.cleanup()
		}
	}
}

func (l *Limiter) cleanup() {
	l.Lock()
	defer l.Unlock()
	limit := l.now().Add(-2 * l.length)
	for key, w := range l.windows {
		if w.start.Before(limit) {
			delete(l.windows, key)
		}
	}
}
