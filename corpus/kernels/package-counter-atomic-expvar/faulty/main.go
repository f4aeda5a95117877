// The package counter is atomic everywhere but in the function that prints it.
// want CT1107 CT1106
package main

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

var requests, failures int64

func handle(ok bool) {
	atomic.AddInt64(&requests, 1) // race: write
	if !ok {
		atomic.AddInt64(&failures, 1) // race: write failures
	}
}

func dump(w io.Writer) {
	fmt.Fprintf(w, "requests %d\n", requests) // race: read
	fmt.Fprintf(w, "failures %d\n", failures) // race: read failures
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
