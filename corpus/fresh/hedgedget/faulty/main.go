// Both hedged fetches assign to the same outer err variable.
// want race

package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type Replica interface {
	Fetch(ctx context.Context, key string) (string, error)
}

type memReplica struct {
	name string
	data map[string]string
}

func (r memReplica) Fetch(ctx context.Context, key string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	v, ok := r.data[key]
	if !ok {
		return "", errors.New(r.name + ": not found")
	}
	return v, nil
}

func hedged(ctx context.Context, key string, a, b Replica) (string, error) {
	var err error
	got := make(chan string, 2)
	try := func(r Replica) {
		var v string
		v, err = r.Fetch(ctx, key) // race: write
		if err == nil {            // race: read
			got <- v
		}
	}
	go try(a)
	go try(b)
	select {
	case v := <-got:
		return v, nil
	case <-time.After(20 * time.Millisecond):
		return "", errors.New("hedged: all replicas failed")
	}
}

func main() {
	eu := memReplica{"eu", map[string]string{"plan": "pro"}}
	us := memReplica{"us", map[string]string{"plan": "pro", "seat": "12"}}
	ctx := context.Background()
	for range 100 {
		if _, e := hedged(ctx, "plan", eu, us); e != nil {
			fmt.Println(e)
		}
	}
	_, e := hedged(ctx, "zip", eu, us)
	fmt.Println("missing key:", e != nil)
}
