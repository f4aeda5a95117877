// module: rclone
// package: fs/config/obscure
// finding: fs/config/obscure/obscure.go:37 CT1111
package obscure

import (
	"sync"
	"testing"
)

// The cipher of the package is made by the first that obscures or reveals, without a lock.
func TestProofObscure(t *testing.T) {
	var users sync.WaitGroup
	for range 4 {
		users.Go(func() {
			if _, err := Obscure("secret"); err != nil {
				t.Error(err)
			}
		})
	}
	users.Wait()
}
