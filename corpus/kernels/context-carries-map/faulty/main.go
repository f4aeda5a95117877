// Middleware puts a map of attributes into the context; handlers of one request fill it in parallel.
// want CT1001 CT1002
package main

import (
	"context"
	"sync"
)

type attrsKey struct{}

type attrs map[string]any

func withAttrs(ctx context.Context) context.Context {
	return context.WithValue(ctx, attrsKey{}, attrs{})
}

func setAttr(ctx context.Context, key string, value any) {
	if a, ok := ctx.Value(attrsKey{}).(attrs); ok {
		a[key] = value // race: write
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
