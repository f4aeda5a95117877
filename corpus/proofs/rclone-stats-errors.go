// module: rclone
// package: fs/accounting
// finding: fs/accounting/stats.go:606 CT1105
package accounting

import (
	"context"
	"errors"
	"testing"
)

// RemoteStats, which the remote control and the metrics ask, looks at the errors once more after it
// has released the lock, while transfers count theirs.
func TestProofRemoteStats(t *testing.T) {
	stats := NewStats(context.Background())
	stats.Error(errors.New("first"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < 5_000; i++ {
			stats.Errors(1)
		}
	}()
	for i := 0; i < 1_000; i++ {
		if _, err := stats.RemoteStats(true); err != nil {
			t.Error(err)
		}
	}
	<-done
}
