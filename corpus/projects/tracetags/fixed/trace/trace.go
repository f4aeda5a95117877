// A span has a lock.

package trace

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

type key struct{}

type span struct {
	name  string
	start time.Time
	mu    sync.Mutex
	tags  map[string]any
}

// Start begins a span.
func Start(ctx context.Context, name string) (context.Context, func()) {
	s := &span{name: name, start: time.Now(), tags: make(map[string]any)}
	return context.WithValue(ctx, key{}, s), func() { s.end(ctx) }
}

// Tag adds something to the span of ctx, if there is one.
func Tag(ctx context.Context, name string, value any) {
	if s, ok := ctx.Value(key{}).(*span); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.tags[name] = value
	}
}

func (s *span) end(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	attrs := []any{"took", time.Since(s.start)}
	for k, v := range s.tags {
		attrs = append(attrs, k, v)
	}
	slog.DebugContext(ctx, s.name, attrs...)
}
