// A progress ticker prints the byte count that the copy loop adds to.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

func copyWithProgress(dst io.Writer, src io.Reader, report io.Writer) (int64, error) {
	var copied atomic.Int64
	quit := make(chan struct{})
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		tick := time.NewTicker(50 * time.Microsecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				fmt.Fprintf(report, "%d bytes\r", copied.Load())
			case <-quit:
				return
			}
		}
	}()
	buffer := make([]byte, 512)
	var failure error
	for {
		n, err := src.Read(buffer)
		dst.Write(buffer[:n])
		copied.Add(int64(n))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			failure = err
			break
		}
	}
	close(quit)
	<-closed
	return copied.Load(), failure
}

func main() {
	src := bytes.NewReader(make([]byte, 4<<20))
	if n, err := copyWithProgress(io.Discard, src, io.Discard); n != 4<<20 || err != nil {
		panic("copy is short")
	}
}
