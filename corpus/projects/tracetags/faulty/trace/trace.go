// The tags of a trace are a map in the context, which parallel backends write to.
// want race

package trace

import (
	"context"
	"log/slog"
	"time"
)

type key struct{}

type span struct {
	name  string
	start time.Time
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
		s.tags[name] = value // race: write
	}
}

func (s *span) end(ctx context.Context) {
	attrs := []any{"took", time.Since(s.start)}
	for k, v := range s.tags { // race: read
		attrs = append(attrs, k, v)
	}
	slog.DebugContext(ctx, s.name, attrs...)
}
