// module: hugo
// package: common/collections
// finding: common/collections/stack.go:38 CT1105
package collections

import "testing"

// The stack is safe for concurrent use, its documentation says; All reads the slice before the
// iterator takes the lock.
func TestProofStackAll(t *testing.T) {
	stack := NewStackThreadSafe[int]()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < 2_000; i++ {
			stack.Push(i)
			stack.Pop()
		}
	}()
	for i := 0; i < 2_000; i++ {
		for range stack.All() {
		}
	}
	<-done
}
