// The append holds the lock; the header is handed out without it.
package main

import (
	"slices"
	"sync"
)

type Log struct {
	mu    sync.Mutex
	lines []string
}

func (l *Log) Printf(line string) {
	l.mu.Lock()
	l.lines = append(l.lines, line)
	l.mu.Unlock()
}

func (l *Log) Lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}

func main() {
	log := new(Log)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 50 {
			log.Printf("tick")
		}
	}()
	for range 10 {
		_ = len(log.Lines())
	}
	<-done
}
