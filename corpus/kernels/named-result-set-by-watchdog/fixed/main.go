// A watchdog goroutine assigns the named error although the function may have returned.
package main

import (
	"context"
	"errors"
	"time"
)

func process(ctx context.Context, items int) (done int, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	for range items {
		done++
		if ctx.Err() != nil {
			return done, errors.New("took too long")
		}
	}
	return done, nil
}

func main() {
	total := 0
	for range 50 {
		n, _ := process(context.Background(), 10)
		total += n
	}
	time.Sleep(5 * time.Millisecond)
	println(total)
}
