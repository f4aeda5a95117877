// Each fetch sends its own error with its answer over the channel.

package main

import (
	"context"
	"errors"
	"fmt"
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
	type answer struct {
		v   string
		err error
	}
	got := make(chan answer, 2)
	try := func(r Replica) {
		v, err := r.Fetch(ctx, key)
		got <- answer{v, err}
	}
	go try(a)
	go try(b)
	var last error
	for range 2 {
		ans := <-got
		if ans.err == nil {
			return ans.v, nil
		}
		last = ans.err
	}
	return "", last
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
