//go:build drive

package raft

import (
	"context"
	"sync"
	"testing"
	"time"
)

type cluster map[string]*Node

func (c cluster) Vote(_ context.Context, peer string, req VoteRequest) (VoteReply, error) {
	time.Sleep(time.Millisecond)
	return c[peer].HandleVote(req), nil
}

func (c cluster) Append(_ context.Context, peer string, req AppendRequest) (AppendReply, error) {
	return c[peer].HandleAppend(req), nil
}

func TestDrive(t *testing.T) {
	c := cluster{}
	ids := []string{"a", "b", "c"}
	for i, id := range ids {
		peers := []string{ids[(i+1)%3], ids[(i+2)%3]}
		c[id] = NewNode(Config{ID: id, Peers: peers, Transport: c, Heartbeat: time.Millisecond, Election: time.Millisecond})
	}
	ctx, cancel := context.WithTimeout(context.Background(), 400*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for _, n := range c {
		wg.Go(func() { n.Run(ctx) })
	}
	wg.Wait()
}
