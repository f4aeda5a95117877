// module: hugo
// package: common/hstore
// finding: common/hstore/scratch.go:143 CT1009
package hstore

import (
	"fmt"
	"testing"
)

// The inner map is looked up under the lock and read after it was released, while others write it
// under the lock.
func TestProofSortedMapValues(t *testing.T) {
	scratch := NewScratch()
	scratch.SetInMap("pages", "first", 0)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < 200; i++ {
			scratch.SetInMap("pages", fmt.Sprint(i), i)
		}
	}()
	for i := 0; i < 200; i++ {
		scratch.GetSortedMapValues("pages")
	}
	<-done
}
