package main

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"time"
)

type item struct {
	done, total int64
}

// Progress shows how far downloads are.
type Progress struct {
	out   io.Writer
	mu    sync.Mutex
	items map[string]item
	stop  chan struct{}
	ended chan struct{}
}

// StartProgress draws a line every now and then until Stop.
func StartProgress(out io.Writer, every time.Duration) *Progress {
	p := &Progress{
		out:   out,
		items: make(map[string]item),
		stop:  make(chan struct{}),
		ended: make(chan struct{}),
	}
	go p.run(every)
	return p
}

// Track adds a download; what is written to the writer counts.
func (p *Progress) Track(name string, total int64) io.Writer {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.items[name] = item{total: total}
	return &counter{progress: p, name: name}
}

type counter struct {
	progress *Progress
	name     string
}

func (c *counter) Write(b []byte) (int, error) {
	c.progress.mu.Lock()
	defer c.progress.mu.Unlock()
	it := c.progress.items[c.name]
	it.done += int64(len(b))
	c.progress.items[c.name] = it
	return len(b), nil
}

func (p *Progress) run(every time.Duration) {
	defer close(p.ended)
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			p.draw()
			fmt.Fprintln(p.out)
			return
		case <-t.C:
			p.draw()
		}
	}
}

func (p *Progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	parts := make([]string, 0, len(p.items))
	for name, it := range p.items {
		if it.total <= 0 {
			parts = append(parts, fmt.Sprintf("%s %d", name, it.done))
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %d%%", name, it.done*100/it.total))
	}
	sort.Strings(parts)
	fmt.Fprintf(p.out, "\r%s", strings.Join(parts, "  "))
}

// Stop draws for the last time.
func (p *Progress) Stop() {
	close(p.stop)
	<-p.ended
}
