// Each collection gathers into a value of its own.

package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// smartctl reads the health of a device.
func smartctl(ctx context.Context, device string) ([]byte, error) {
	return exec.CommandContext(ctx, "smartctl", "-A", "-H", device).Output()
}

func globDevices(pattern string) func() ([]string, error) {
	return func() ([]string, error) {
		if _, err := os.Stat(filepath.Dir(pattern)); err != nil {
			return nil, err
		}
		return filepath.Glob(pattern)
	}
}

func newHandler(list func() ([]string, error), read readFunc) http.Handler {
	reg := NewRegistry()
	reg.MustRegister(newDiskCollector(list, read, 10*time.Second))
	reg.MustRegister(newProcessCollector())
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", reg.Handler())
	return mux
}

func main() {
	addr := flag.String("web.listen-address", ":9633", "listen address")
	devices := flag.String("devices", "/dev/sd?", "devices to read")
	flag.Parse()
	log.Fatal(http.ListenAndServe(*addr, newHandler(globDevices(*devices), smartctl)))
}
