// module: goleveldb
// package: leveldb
// finding: leveldb/db_snapshot.go:103 CT1105
package leveldb

import (
	"testing"

	"github.com/syndtr/goleveldb/leveldb/storage"
)

// The documentation lets goroutines share a snapshot, and `Get` has a lock against `Release`, but it
// asks the database of the snapshot before it takes that lock.
func TestProofSnapshotRelease(t *testing.T) {
	db, err := Open(storage.NewMemStorage(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 50 {
		snapshot, err := db.GetSnapshot()
		if err != nil {
			t.Fatal(err)
		}
		read := make(chan struct{})
		go func() {
			defer close(read)
			// A panic because of the database that is gone is one more way to fail.
			defer func() { _ = recover() }()
			_, _ = snapshot.Get([]byte("key"), nil)
		}()
		snapshot.Release()
		<-read
	}
}
