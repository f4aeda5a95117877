package main

import "sync"

type table struct {
	kv   map[string]string
	size int
}

func newTable() *table { return &table{kv: map[string]string{}} }

type DB struct {
	mu     sync.Mutex
	active *table
	frozen *table
	limit  int
	kick   chan struct{}
	done   chan struct{}
	levels int
}

func Open(limit int) *DB {
	db := &DB{active: newTable(), limit: limit, kick: make(chan struct{}, 1), done: make(chan struct{})}
	go db.flusher()
	return db
}

func (db *DB) Put(k, v string) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.active.kv[k] = v
	db.active.size += len(k) + len(v)
	if db.active.size >= db.limit && db.frozen == nil { // race: read
		db.rotate()
	}
}

func (db *DB) rotate() {
	db.frozen, db.active = db.active, newTable() // race: write
	select {
	case db.kick <- struct{}{}:
	default:
	}
}

func (db *DB) flusher() {
	defer close(db.done)
	for range db.kick {
		t := db.frozen // race: read
		if t == nil {
			continue
		}
		db.levels += len(t.kv)
		db.frozen = nil // race: write
	}
}

func (db *DB) Close() int {
	close(db.kick)
	<-db.done
	return db.levels
}
