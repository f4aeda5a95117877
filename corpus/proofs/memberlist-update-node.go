// module: memberlist
// package: .
// finding: memberlist.go:532 CT1008
package memberlist

import (
	"io"
	"sync"
	"testing"
	"time"
)

// UpdateNode finds the local node under the lock and reads its address after it; another call, or
// a message from the network, writes the address under the lock.
func TestProofUpdateNode(t *testing.T) {
	config := DefaultLocalConfig()
	config.BindAddr = "127.0.0.1"
	config.BindPort = 0
	config.LogOutput = io.Discard
	list, err := Create(config)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Shutdown()
	var callers sync.WaitGroup
	for i := 0; i < 8; i++ {
		callers.Add(1)
		go func() {
			defer callers.Done()
			for i := 0; i < 2000; i++ {
				if err := list.UpdateNode(time.Second); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	callers.Wait()
}
