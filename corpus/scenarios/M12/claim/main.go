// Claim: C threads run Go code outside the scheduler.
//
// Each call from C gets a thread structure and a goroutine of the runtime: it can be listed, it
// can block on a channel, and the collector stops it like any other.
package main

// void run(int threads);
// #cgo LDFLAGS: -lpthread
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
)

var once sync.Once

//export onEvent
func onEvent(kind C.int) {
	once.Do(func() {
		answer := make(chan int)
		go func() { answer <- int(kind) }()
		<-answer // blocks on the scheduler, as a goroutine does
		runtime.GC()
		stack := make([]byte, 4096)
		header := strings.SplitN(string(stack[:runtime.Stack(stack, false)]), "\n", 2)[0]
		if !strings.HasPrefix(header, "goroutine ") {
			os.Exit(1)
		}
		fmt.Println("not so: a C thread runs as", header)
	})
}

func main() {
	C.run(2)
}
