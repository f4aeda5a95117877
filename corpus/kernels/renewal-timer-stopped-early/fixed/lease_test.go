package lease

import "testing"

func TestShutdown(t *testing.T) {
	for range 50 {
		k := NewKeeper(&Lease{})
		k.Shutdown()
	}
}
