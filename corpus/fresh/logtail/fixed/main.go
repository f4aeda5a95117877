// The tailer copies each block before it sends it.

package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

type block struct {
	off  int64
	data []byte
}

type source struct {
	rest string
}

func (s *source) Read(p []byte) (int, error) {
	if s.rest == "" {
		return 0, io.EOF
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// tail pumps r into out block by block.
func tail(r io.Reader, out chan<- block) {
	defer close(out)
	buf := make([]byte, 64)
	var off int64
	for {
		n, err := r.Read(buf)
		if n > 0 {
			out <- block{off, append([]byte(nil), buf[:n]...)}
			off += int64(n)
		}
		if err != nil {
			return
		}
	}
}

func countLines(in <-chan block) (lines int, end int64) {
	for b := range in {
		for _, c := range b.data {
			if c == '\n' {
				lines++
			}
		}
		end = b.off + int64(len(b.data))
	}
	return lines, end
}

func main() {
	src := &source{rest: strings.Repeat("level=info msg=started\n", 200)}
	ch := make(chan block)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		tail(src, ch)
	}()
	_, end := countLines(ch)
	wg.Wait()
	fmt.Println("bytes", end)
}
