// module: kine
// package: pkg/drivers/memory
// finding: pkg/drivers/memory/memory.go:609 CT1105
package memory

import (
	"context"
	"fmt"
	"testing"
)

// Compact writes the revision under the lock; ListStream compares with it without.
func TestProofListStream(t *testing.T) {
	ctx := context.Background()
	_, backend, err := New(ctx, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var newest int64
	for i := 0; i < 50; i++ {
		newest, err = backend.Create(ctx, fmt.Sprintf("/key/%d", i), []byte("value"), 0)
		if err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for revision := int64(2); revision < newest; revision++ {
			backend.Compact(ctx, revision)
		}
	}()
	for i := 0; i < 50; i++ {
		listed := backend.ListStream(ctx, "/none", "/none0", 0, newest, true)
		for range listed.KVc {
		}
	}
	<-done
}
