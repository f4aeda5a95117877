// The baggage in the context is a struct with its own mutex around the map.

package main

import (
	"context"
	"fmt"
	"sync"
)

type step func(ctx context.Context) error

func loadUser(ctx context.Context) error {
	Tag(ctx, "user", "u-17")
	return nil
}

func loadCart(ctx context.Context) error {
	for i := range 20 {
		Tag(ctx, fmt.Sprintf("item.%d", i), "ok")
	}
	return nil
}

func parallel(ctx context.Context, steps ...step) {
	var wg sync.WaitGroup
	for _, s := range steps {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := s(ctx); err != nil {
				fmt.Println("step:", err)
			}
		}()
	}
	wg.Wait()
}

func main() {
	for range 20 {
		ctx := WithBaggage(context.Background())
		parallel(ctx, loadUser, loadCart, loadUser)
		if Size(ctx) != 21 {
			fmt.Println("lost tags")
		}
	}
	fmt.Println("ok")
}
