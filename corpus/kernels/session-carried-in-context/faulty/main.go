// The session travels in the context. A goroutine that waits for the context's end reads what the first
// command writes into the session.
// want CT1003 CT1001
package main

import (
	"context"
	"fmt"
	"time"
)

type session struct {
	targets map[string]int
}

type sessionKey struct{}

func NewSession(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	s := &session{targets: make(map[string]int)}
	ctx = context.WithValue(ctx, sessionKey{}, s)
	go func() {
		<-ctx.Done()
		for range s.targets { // race: read
			time.Sleep(time.Microsecond)
		}
	}()
	return ctx, cancel
}

func fromContext(ctx context.Context) *session {
	s, _ := ctx.Value(sessionKey{}).(*session)
	return s
}

func Run(ctx context.Context, name string) {
	s := fromContext(ctx)
	s.attach(name)
}

func (s *session) attach(name string) {
	s.targets[name]++ // race: write
}

func open(ctx context.Context) {
	for i := range 3000 {
		Run(ctx, fmt.Sprint("tab", i))
	}
}

func main() {
	ctx, cancel := NewSession(context.Background())
	go open(ctx)
	time.Sleep(time.Millisecond)
	cancel()
	time.Sleep(10 * time.Millisecond)
}
