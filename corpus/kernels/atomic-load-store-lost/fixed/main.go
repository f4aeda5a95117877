// Load and Store of one atomic lose updates between them.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

type Budget struct{ spent atomic.Int64 }

func (b *Budget) Spend(amount int64) {
	runtime.Gosched()
	b.spent.Add(amount)
}

func main() {
	var b Budget
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				b.Spend(1)
			}
		})
	}
	wg.Wait()
	if b.spent.Load() != 4000 {
		panic("spending was lost")
	}
}
