// module: prometheus
// package: util/strutil
// finding: util/strutil/jarowinkler.go:50 CT1111
package strutil

import (
	"sync"
	"testing"
)

// One matcher may be used by several goroutines, its documentation says; the first words with a
// letter beyond ASCII make each of them convert the term and keep it.
func TestProofJaroWinklerMatcher(t *testing.T) {
	for i := 0; i < 100; i++ {
		matcher := NewJaroWinklerMatcher("prometheus")
		var users sync.WaitGroup
		for range 4 {
			users.Go(func() { matcher.Score("prométhée") })
		}
		users.Wait()
	}
}
