// The loader sets the flag, then the table; a reader that sees the flag may find nothing.
// want CT1110 CT1105 CT1106
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
	g.ready.Store(true)
	g.table = []string{"DE", "FR", "PL"} // race: write
}

func (g *geo) country(ip int) string {
	if !g.ready.Load() {
		return "unknown"
	}
	if len(g.table) == 0 { // race: read
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
