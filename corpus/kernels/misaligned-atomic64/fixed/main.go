// A 64-bit atomic stands at an offset that 32-bit processors cannot access atomically.
package main

import "sync/atomic"

type stats struct {
	bytes int64
	open  bool
}

var global = &stats{}

func main() {
	atomic.AddInt64(&global.bytes, 1)
	global.open = true
}
