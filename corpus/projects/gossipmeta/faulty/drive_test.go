//go:build drive

package main

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/projects/gossipmeta/faulty/members"
)

type pipe chan []members.Update

func (p pipe) Broadcast([]members.Update) error { return nil }
func (p pipe) Receive(ctx context.Context) ([]members.Update, error) {
	select {
	case u := <-p:
		return u, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestDrive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := make(pipe, 10)
	n := newNode("a", p, time.Millisecond)
	done := make(chan struct{})
	go func() { defer close(done); n.list.Run(ctx) }()
	for i := range uint64(300) {
		p <- []members.Update{{Name: "b", Incarnation: i}, {Name: "c", Incarnation: i, Meta: "x"}}
		n.mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/members", nil))
	}
	cancel()
	<-done
}
