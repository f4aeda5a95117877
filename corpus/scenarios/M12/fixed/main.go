// The callback takes a lock: threads of C are goroutines like others while they run Go code.
package main

// void run(int threads);
// #cgo LDFLAGS: -lpthread
import "C"

import (
	"fmt"
	"sync"
)

var (
	mu     sync.Mutex
	events = map[int]int{}
)

//export onEvent
func onEvent(kind C.int) {
	mu.Lock()
	defer mu.Unlock()
	events[int(kind)]++
}

func main() {
	C.run(4)
	fmt.Println(len(events))
}
