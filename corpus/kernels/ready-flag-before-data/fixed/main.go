// The loader sets the flag, then the table; a reader that sees the flag may find nothing.
package main

import (
	"sync/atomic"
	"time"
)

type geo struct {
	table []string
	ready atomic.Bool
}

func (g *geo) load() {
	g.table = []string{"DE", "FR", "PL"}
	g.ready.Store(true)
}

func (g *geo) country(ip int) string {
	if !g.ready.Load() {
		return "unknown"
	}
	return g.table[ip%len(g.table)]
}

func main() {
	for range 200 {
		g := &geo{}
		time.AfterFunc(10*time.Microsecond, g.load)
		for ip := range 200 {
			if g.country(ip) != "unknown" {
				break
			}
		}
	}
	time.Sleep(time.Millisecond)
}
