//go:build drive

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx, os.DirFS(dir), 200*time.Microsecond, 300*time.Microsecond, func([]string) {})
	}()
	for i := range 100 {
		name := filepath.Join(dir, fmt.Sprint("f", i%7))
		if err := os.WriteFile(name, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Microsecond)
	}
	cancel()
	<-done
}
