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
		for i := 0; i < 100; i++ {
			d.Set("key", "value")
		}
	}()
	for i := 0; i < 100; i++ {
		d.Len()
	}
	<-done
}
