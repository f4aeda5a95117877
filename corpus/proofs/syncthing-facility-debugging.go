// module: syncthing
// package: lib/logger
// finding: lib/logger/logger.go:223 CT1002
package logger

import (
	"sync"
	"testing"
)

// SetDebug writes the map under the lock; FacilityDebugging asks for its length before it takes it.
// The handlers of the API call both.
func TestProofFacilityDebugging(t *testing.T) {
	log := New()
	var requests sync.WaitGroup
	for range 4 {
		requests.Go(func() {
			for i := 0; i < 20_000; i++ {
				log.SetDebug("model", i%2 == 0)
			}
		})
		requests.Go(func() {
			for i := 0; i < 20_000; i++ {
				log.FacilityDebugging()
			}
		})
	}
	requests.Wait()
}
