// A flag says that the pointer is there; nothing orders the two for the reader.
// want CT1110 CT1106
package main

import (
	"runtime"
)

type index struct{ size int }

var (
	built *index
	ready bool
)

func build() {
	built = &index{size: 7}
	ready = true // race: write
}

func main() {
	go build()
	for range 1000 {
		if ready { // race: read
			break
		}
		runtime.Gosched()
	}
}
