// The package counter is atomic everywhere but in the function that prints it.
package main

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

var requests, failures int64

func handle(ok bool) {
	atomic.AddInt64(&requests, 1)
	if !ok {
		atomic.AddInt64(&failures, 1)
	}
}

func dump(w io.Writer) {
	fmt.Fprintf(w, "requests %d\n", atomic.LoadInt64(&requests))
	fmt.Fprintf(w, "failures %d\n", atomic.LoadInt64(&failures))
}

func main() {
	var clients sync.WaitGroup
	for range 3 {
		clients.Go(func() {
			for i := range 100 {
				handle(i%7 != 0)
			}
		})
	}
	for range 20 {
		dump(io.Discard)
	}
	clients.Wait()
}
