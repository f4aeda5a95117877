// Several goroutines write to one bytes.Buffer.
package main

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func report(out io.Writer, part int) {
	fmt.Fprintf(out, "part %d\n", part)
}

func main() {
	var buf bytes.Buffer
	out := &lockedWriter{w: &buf}
	var wg sync.WaitGroup
	for part := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			report(out, part)
		}()
	}
	wg.Wait()
}
