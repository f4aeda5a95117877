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
	ids := []string{"a", "b", "c", "d", "e"}
	for i, id := range ids {
		peers := append(append([]string{}, ids[:i]...), ids[i+1:]...)
		c[id] = NewNode(Config{ID: id, Peers: peers, Transport: c, Heartbeat: time.Millisecond, Election: time.Millisecond})
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for _, n := range c {
		wg.Go(func() { n.Run(ctx) })
	}
	wg.Wait()
}
