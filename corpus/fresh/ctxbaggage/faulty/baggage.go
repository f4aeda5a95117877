package main

import (
	"context"
)

type ctxKey struct{}

type Baggage map[string]string

func WithBaggage(ctx context.Context) context.Context {
	return context.WithValue(ctx, ctxKey{}, Baggage{})
}

func Tag(ctx context.Context, k, v string) {
	if b, ok := ctx.Value(ctxKey{}).(Baggage); ok {
		b[k] = v // race: write
	}
}

func Size(ctx context.Context) int {
	b, _ := ctx.Value(ctxKey{}).(Baggage)
	return len(b)
}
