// A watchdog goroutine assigns the named error although the function may have returned.
// want CT1103 CT1102
package main

import (
	"context"
	"errors"
	"time"
)

func process(ctx context.Context, items int) (done int, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
	go func() {
		<-ctx.Done()
		err = errors.New("took too long") // race: write
	}()
	for range items {
		done++
	}
	cancel()
	return done, err // race: read
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
