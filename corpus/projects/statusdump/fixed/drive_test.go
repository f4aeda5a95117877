//go:build drive

package statusdump

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"
)

type flaky string

func (f flaky) Name() string { return string(f) }
func (f flaky) Run(_ context.Context, ready func()) error {
	ready()
	return errors.New("no")
}

func TestDrive(t *testing.T) {
	tr := NewTracker("1")
	s := NewSupervisor(tr, time.Microsecond, flaky("a"), flaky("b"), flaky("c"))
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			tr.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}
	}()
	s.Run(ctx)
}
