// The load of a flight runs under the context of the caller that came first. When that one goes
// away, the load fails for all the others, whose contexts are fine.
//
// With an argument "wait" the load hangs, and everybody waits for the one that does it.
package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

type loader struct {
	flights singleflight.Group
}

func (l *loader) profile(ctx context.Context, id string) (string, error) {
	value, err, _ := l.flights.Do(id, func() (any, error) { // fault: waits
		return fetch(ctx, id)
	})
	if err != nil {
		return "", err
	}
	return value.(string), nil
}

func fetch(ctx context.Context, id string) (string, error) {
	select { // fault: holds
	case <-time.After(20 * time.Minute):
		return "profile of " + id, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func main() {
	l := &loader{}
	first, leave := context.WithCancel(context.Background())
	go l.profile(first, "7")
	time.Sleep(50 * time.Millisecond)
	if len(os.Args) == 1 {
		time.AfterFunc(100*time.Millisecond, leave)
	}
	defer leave()
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if _, err := l.profile(context.Background(), "7"); err != nil {
				panic(fmt.Errorf("this caller did not cancel: %w", err)) // fault: fails
			}
		}()
	}
	wg.Wait()
}
