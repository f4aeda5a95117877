// module: go-ethereum
// package: internal/testrand
// finding: internal/testrand/rand.go:41 CT1113
package testrand

import "testing"

// The generator of the package has no lock, and parallel tests of other packages draw from it.
func TestProofBytes(t *testing.T) {
	for _, name := range []string{"one", "other"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := 0; i < 50_000; i++ {
				Bytes(32)
			}
		})
	}
}
