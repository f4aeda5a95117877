//go:build drive

package main

import (
	"context"
	"testing"
	"time"

	"example.com/projects/claimhandler/fixed/group"
)

func TestDrive(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = run(ctx, group.NewConsumer(group.NewMemory(3), []string{"orders", "refunds"}), time.Second)
}
