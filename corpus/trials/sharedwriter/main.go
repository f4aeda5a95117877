// All workers write their lines through one bufio.Writer.
package main

import (
	"bufio"
	"fmt"
	"io"
	"sync"
)

type journal struct {
	out *bufio.Writer
}

func (j *journal) line(text string) {
	fmt.Fprintln(j.out, text)
	j.out.Flush()
}

func main() {
	j := &journal{out: bufio.NewWriterSize(io.Discard, 64)}
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 1000000; n++ {
				j.line("a line of text that is long enough to come near the end")
			}
		}()
	}
	wg.Wait()
}
