// The byte count is an atomic.Int64.

package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

type slowReader struct{ r io.Reader }

func (s slowReader) Read(p []byte) (int, error) {
	time.Sleep(10 * time.Microsecond)
	return s.r.Read(p[:min(len(p), 512)])
}

func main() {
	body := strings.Repeat("payload ", 8192)
	bar := NewBar(io.Discard, int64(len(body)))
	n, err := io.Copy(io.MultiWriter(io.Discard, bar), slowReader{strings.NewReader(body)})
	if cerr := bar.Close(); err == nil {
		err = cerr
	}
	fmt.Println(n, err)
}
