// A C library calls back from threads of its own. The callback counts events in a Go map.
package main

// void run(int threads);
// #cgo LDFLAGS: -lpthread
import "C"

var events = map[int]int{}

//export onEvent
func onEvent(kind C.int) {
	events[int(kind)]++ // fault: write
}

func main() {
	C.run(4)
}
