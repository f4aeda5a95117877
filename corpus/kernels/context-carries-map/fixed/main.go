// Middleware puts a map of attributes into the context; handlers of one request fill it in parallel.
package main

import (
	"context"
	"sync"
)

type attrsKey struct{}

type attrs struct {
	mu     sync.Mutex
	values map[string]any
}

func withAttrs(ctx context.Context) context.Context {
	return context.WithValue(ctx, attrsKey{}, &attrs{values: map[string]any{}})
}

func setAttr(ctx context.Context, key string, value any) {
	if a, ok := ctx.Value(attrsKey{}).(*attrs); ok {
		a.mu.Lock()
		a.values[key] = value
		a.mu.Unlock()
	}
}

func fetchUser(ctx context.Context)  { setAttr(ctx, "user", 7) }
func fetchQuota(ctx context.Context) { setAttr(ctx, "quota", 100) }

func serve(ctx context.Context) {
	ctx = withAttrs(ctx)
	var both sync.WaitGroup
	both.Go(func() { fetchUser(ctx) })
	both.Go(func() { fetchQuota(ctx) })
	both.Wait()
}

func main() {
	for range 5 {
		serve(context.Background())
	}
}
