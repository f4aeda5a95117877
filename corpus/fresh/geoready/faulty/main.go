// The loader raises the atomic ready flag before it fills in the table, so a lookup sees ready and reads the table while it is set.
// want race

package main

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

type block struct {
	lo, hi uint32
	cc     string
}

type GeoDB struct {
	ready  atomic.Bool
	blocks []block
}

func (g *GeoDB) load(n int) {
	blocks := make([]block, 0, n)
	for i := range n {
		base := uint32(i) << 16
		blocks = append(blocks, block{base, base + 0xffff, string(rune('A'+i%26)) + "X"})
	}
	g.ready.Store(true)
	g.blocks = blocks // race: write
}

var errNotReady = errors.New("geo: database is still loading")

func (g *GeoDB) Country(ip uint32) (string, error) {
	if !g.ready.Load() {
		return "", errNotReady
	}
	lo, hi := 0, len(g.blocks) // race: read
	for lo < hi {
		m := (lo + hi) / 2
		switch b := &g.blocks[m]; {
		case ip < b.lo:
			hi = m
		case ip > b.hi:
			lo = m + 1
		default:
			return b.cc, nil
		}
	}
	return "", errors.New("geo: unknown address")
}

func main() {
	for range 8 {
		db := &GeoDB{}
		go db.load(2000)
		for {
			cc, err := db.Country(5<<16 + 9)
			if errors.Is(err, errNotReady) {
				time.Sleep(time.Microsecond)
				continue
			}
			if err == nil {
				fmt.Println(cc)
			}
			break
		}
		time.Sleep(time.Millisecond)
	}
}
