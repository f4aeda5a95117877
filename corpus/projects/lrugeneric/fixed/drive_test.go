//go:build drive

package lrugeneric

import (
	"context"
	"fmt"
	"testing"
	"time"
)

type fake struct{}

func (fake) LookupHost(_ context.Context, h string) ([]string, error) { return []string{h}, nil }

func TestDrive(t *testing.T) {
	r := NewResolver(fake{}, 50, time.Minute)
	var hosts []string
	for i := range 200 {
		hosts = append(hosts, fmt.Sprint(i))
	}
	for range 5 {
		if err := r.Warm(context.Background(), hosts); err != nil {
			t.Fatal(err)
		}
	}
}
