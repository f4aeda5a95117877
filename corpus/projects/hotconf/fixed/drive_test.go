//go:build drive

package main

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"example.com/projects/hotconf/fixed/config"
)

func TestDrive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	os.WriteFile(path, []byte(`{"routes":{"a":"b"},"blocked":["1.2.3.4"]}`), 0o600)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	p := newProxy(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	hup := make(chan os.Signal)
	go watch(ctx, hup, cfg.Reload)
	for range 50 {
		hup <- os.Interrupt
		p.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}
}
