//go:build drive

package conf

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	name := filepath.Join(t.TempDir(), "c.json")
	write := func() {
		if err := os.WriteFile(name, []byte(`{"http":{"port":80,"idle":"5s"}}`), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write()
	c, err := Open(name, WithInterval(time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.Watch(ctx)
	http := c.Sub("http")
	for range 50 {
		_ = http.Int("port")
		_ = http.Duration("idle")
		write()
		time.Sleep(time.Millisecond)
	}
}
