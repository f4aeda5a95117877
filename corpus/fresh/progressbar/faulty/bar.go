package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Bar is an io.Writer that draws how much went through it.
type Bar struct {
	out   io.Writer
	total int64
	done  int64
	quit  chan struct{}
	gone  chan struct{}
}

func NewBar(out io.Writer, total int64) *Bar {
	b := &Bar{out: out, total: total, quit: make(chan struct{}), gone: make(chan struct{})}
	go b.draw(50 * time.Microsecond)
	return b
}

func (b *Bar) Write(p []byte) (int, error) {
	b.done += int64(len(p)) // race: write
	return len(p), nil
}

func (b *Bar) draw(every time.Duration) {
	defer close(b.gone)
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-b.quit:
			return
		case <-t.C:
			fmt.Fprintf(b.out, "\r[%-20s]", strings.Repeat("=", b.cells()))
		}
	}
}

func (b *Bar) cells() int {
	return int(20 * b.done / b.total) // race: read
}

func (b *Bar) Close() error {
	close(b.quit)
	<-b.gone
	return nil
}
