// The load has a context of its own, with a deadline; each caller waits under its own.
package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

type loader struct {
	flights singleflight.Group
}

func (l *loader) profile(ctx context.Context, id string) (string, error) {
	flight := l.flights.DoChan(id, func() (any, error) {
		load, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return fetch(load, id)
	})
	select {
	case result := <-flight:
		if result.Err != nil {
			return "", result.Err
		}
		return result.Val.(string), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func fetch(ctx context.Context, id string) (string, error) {
	select {
	case <-time.After(100 * time.Millisecond):
		return "profile of " + id, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func main() {
	l := &loader{}
	first, leave := context.WithCancel(context.Background())
	go l.profile(first, "7")
	time.AfterFunc(20*time.Millisecond, leave)
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if _, err := l.profile(context.Background(), "7"); err != nil {
				panic(err)
			}
		}()
	}
	wg.Wait()
	fmt.Println("eight callers have the profile")
}
