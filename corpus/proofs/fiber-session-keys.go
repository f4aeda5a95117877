// module: fiber
// package: middleware/session
// finding: middleware/session/data.go:41 CT1002
package session

import "testing"

// All methods of the values of a session hold its lock, but for Len.
func TestProofSessionLen(t *testing.T) {
	d := acquireData()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 100 {
			d.Set("key", "value")
		}
	}()
	for range 100 {
		d.Len()
	}
	<-done
}
