//go:build drive

package podlabels

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
)

type nop struct{}

func (nop) Update(context.Context, *Pod) error { return nil }

func TestDrive(t *testing.T) {
	s := NewStore()
	i := NewInjector(s, nop{}, WithWorkers(3))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	i.Start(ctx)
	h := &ReportHandler{Store: s}
	for n := range 300 {
		s.Apply(&Pod{Namespace: "d", Name: fmt.Sprint("p", n%20), Phase: "Running", Annotations: map[string]string{"a": "b"}})
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}
}
