// A 64-bit atomic stands at an offset that 32-bit processors cannot access atomically.
// want CT1109
// run GOARCH=386
package main

import "sync/atomic"

type stats struct {
	open  bool
	bytes int64
}

var global = &stats{}

func main() {
	atomic.AddInt64(&global.bytes, 1) // race: write
	global.open = true
}
