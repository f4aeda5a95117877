// A package-level singleton is checked before the lock without synchronisation.
package main

import "sync"

type database struct{ dsn string }

var (
	instanceMu sync.Once
	instance   *database
)

func Database() *database {
	instanceMu.Do(func() { instance = &database{"file:app.db"} })
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
