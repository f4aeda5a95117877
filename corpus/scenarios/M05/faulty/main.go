// A sweeper ranges over a table that request handlers grow, while the collector runs all the time.
package main

import "runtime"

type session struct{ user string }

type table struct {
	sessions map[int]*session
}

func (t *table) open(id int) {
	t.sessions[id] = &session{user: "gopher"} // fault: write
}

func (t *table) sweep() int {
	open := 0
	for _, s := range t.sessions { // fault: read
		if s != nil {
			open++
		}
	}
	return open
}

func main() {
	t := &table{sessions: map[int]*session{}}
	go func() {
		for {
			runtime.GC()
		}
	}()
	go func() {
		for id := 0; ; id++ {
			t.open(id % 100_000)
		}
	}()
	for {
		t.sweep()
	}
}
