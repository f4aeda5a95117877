package main

import (
	"context"
	"sync"
)

type ctxKey struct{}

type Baggage struct {
	mu sync.Mutex
	kv map[string]string
}

func WithBaggage(ctx context.Context) context.Context {
	return context.WithValue(ctx, ctxKey{}, &Baggage{kv: map[string]string{}})
}

func Tag(ctx context.Context, k, v string) {
	if b, ok := ctx.Value(ctxKey{}).(*Baggage); ok {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.kv[k] = v
	}
}

func Size(ctx context.Context) int {
	b, ok := ctx.Value(ctxKey{}).(*Baggage)
	if !ok {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.kv)
}
