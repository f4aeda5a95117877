// module: sarama
// package: mocks
// finding: mocks/sync_producer.go:235 CT1105
package mocks

import "testing"

// The state of the transaction has a lock of its own, which TxnStatus does not take.
func TestProofTxnStatus(t *testing.T) {
	producer := NewSyncProducer(t, nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < 100; i++ {
			producer.BeginTxn()
			producer.CommitTxn()
		}
	}()
	for i := 0; i < 100; i++ {
		producer.TxnStatus()
	}
	<-done
}
