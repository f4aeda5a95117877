// On 32-bit processors a 64-bit atomic behind a bool is not aligned, and faults.
// run GOARCH=386
package main

import (
	"sync"
	"sync/atomic"
)

type meter struct {
	total   int64
	enabled bool
}

func (m *meter) add(n int64) {
	if m.enabled {
		atomic.AddInt64(&m.total, n)
	}
}

func main() {
	m := &meter{enabled: true}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { m.add(1) })
	}
	wg.Wait()
}
