//go:build drive

package driverreg

import (
	"context"
	"strings"
	"testing"
)

func TestDrive(t *testing.T) {
	ctx := context.Background()
	b, err := Open(ctx, "mem://a")
	if err != nil {
		t.Fatal(err)
	}
	b.Write(ctx, "k", strings.NewReader("x"))
	jobs := make([]Job, 40)
	for i := range jobs {
		jobs[i] = Job{From: "memory://a", To: "mem://b", Key: "k"}
	}
	if err := CopyAll(ctx, jobs, 8); err != nil {
		t.Fatal(err)
	}
}
