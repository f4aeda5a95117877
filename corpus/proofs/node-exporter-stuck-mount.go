// module: node-exporter
// package: collector
// finding: collector/filesystem_linux.go:86 CT1102
package collector

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/alecthomas/kingpin/v2"
)

// A mount point that answers comes back through the channel and is appended by GetStats; one that
// is known not to answer is appended by the goroutine beside it.
func TestProofStuckMount(t *testing.T) {
	proc := t.TempDir()
	mounts := ""
	for i := 0; i < 100; i++ {
		point := filepath.Join(proc, fmt.Sprint(i))
		mounts += fmt.Sprintf("%d 1 8:1 / %s rw - ext4 /dev/sda1 rw\n", i+2, point)
		if i%2 == 1 {
			stuckMounts[point] = struct{}{}
		}
	}
	if err := os.MkdirAll(filepath.Join(proc, "1"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(proc, "1", "mountinfo"), []byte(mounts), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := kingpin.CommandLine.Parse([]string{"--path.procfs", proc}); err != nil {
		t.Fatal(err)
	}
	collector, err := NewFilesystemCollector(slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := collector.(*filesystemCollector).GetStats(); err != nil {
		t.Fatal(err)
	}
}
