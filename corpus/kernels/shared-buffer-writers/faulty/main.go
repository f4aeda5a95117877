// Several goroutines write to one bytes.Buffer.
// want CT1115
package main

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

func report(out io.Writer, part int) {
	fmt.Fprintf(out, "part %d\n", part) // race: write
}

func main() {
	var buf bytes.Buffer
	var wg sync.WaitGroup
	for part := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			report(&buf, part) // race: escape
		}()
	}
	wg.Wait()
}
