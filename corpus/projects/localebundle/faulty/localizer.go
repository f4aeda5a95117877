package locale

import (
	"context"
	"net/http"
	"strings"
)

// Localizer translates for one request, with a list of languages.
type Localizer struct {
	bundle *Bundle
	chain  []*locale
}

// Localizer returns the localizer for languages, the best first.
func (b *Bundle) Localizer(tags ...string) *Localizer {
	lz := &Localizer{bundle: b}
	for _, tag := range append(tags, b.fallback) {
		if l := b.locale(tag); l != nil {
			lz.chain = append(lz.chain, l)
		}
	}
	return lz
}

// T translates a message.
func (z *Localizer) T(id string, values map[string]any) string {
	return z.N(id, 0, values)
}

// N translates a message in the plural form of n.
func (z *Localizer) N(id string, n int, values map[string]any) string {
	for _, l := range z.chain {
		m, ok := l.messages[id]
		if !ok {
			continue
		}
		text, ok := m[l.plural(n)]
		if !ok {
			text = m["other"]
		}
		p, err := l.pattern(text)
		if err != nil {
			return text
		}
		return p.fill(values)
	}
	z.bundle.miss(id)
	return id
}

type contextKey struct{}

// From returns the localizer of a request.
func From(ctx context.Context) *Localizer {
	z, _ := ctx.Value(contextKey{}).(*Localizer)
	return z
}

// Middleware chooses the languages of each request.
func (b *Bundle) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var tags []string
		for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
			tag, _, _ := strings.Cut(part, ";")
			tags = append(tags, strings.TrimSpace(tag))
		}
		ctx := context.WithValue(r.Context(), contextKey{}, b.Localizer(tags...))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
