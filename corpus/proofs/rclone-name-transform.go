// module: rclone
// package: lib/transform
// finding: lib/transform/options.go:78 CT1106
package transform

import (
	"context"
	"sync"
	"testing"

	"github.com/rclone/rclone/fs"
)

// The parsed options are kept for all; they are replaced under the lock and read without it. Two
// transfers with options of their own replace those of each other.
func TestProofPath(t *testing.T) {
	var transfers sync.WaitGroup
	for _, prefix := range []string{"all,prefix=a_", "all,prefix=b_"} {
		ctx, config := fs.AddConfig(context.Background())
		config.NameTransform = []string{prefix}
		transfers.Go(func() {
			for i := 0; i < 100; i++ {
				Path(ctx, "folder/file", false)
			}
		})
	}
	transfers.Wait()
}
