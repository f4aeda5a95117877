// A package-level singleton is checked before the lock without synchronisation.
// want CT1110 CT1111 CT1106
package main

import "sync"

type database struct{ dsn string }

var (
	instanceMu sync.Mutex
	instance   *database
)

func Database() *database {
	if instance == nil { // race: read
		instanceMu.Lock()
		defer instanceMu.Unlock()
		if instance == nil {
			instance = &database{"file:app.db"} // race: write
		}
	}
	return instance
}

type repository struct{ table string }

func (r repository) count() int { return len(Database().dsn) + len(r.table) }

func main() {
	counts := make(chan int)
	for _, table := range []string{"users", "orders", "items", "audit"} {
		go func() { counts <- repository{table}.count() }()
	}
	for range 4 {
		<-counts
	}
}
