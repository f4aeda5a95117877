// An array of structs with a 64-bit atomic: on 32-bit processors every second element is misaligned.
// want CT1109
// run GOARCH=386
package main

import (
	"sync"
	"sync/atomic"
)

type cell struct {
	count int64
	owner int32
}

type board struct{ cells [4]cell }

func (b *board) hit(i int) int64 {
	return atomic.AddInt64(&b.cells[i].count, 1) // race: write
}

func main() {
	b := new(board)
	var players sync.WaitGroup
	for i := range b.cells {
		players.Add(1)
		go func() {
			defer players.Done()
			b.hit(i)
		}()
	}
	players.Wait()
}
