// A flag says that the pointer is there; nothing orders the two for the reader.
package main

import (
	"runtime"
	"sync/atomic"
)

type index struct{ size int }

var (
	built *index
	ready atomic.Bool
)

func build() {
	built = &index{size: 7}
	ready.Store(true)
}

func main() {
	go build()
	for !ready.Load() {
		runtime.Gosched()
	}
	if built.size != 7 {
		panic("not published")
	}
}
