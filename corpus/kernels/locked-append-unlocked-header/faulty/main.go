// The append holds the lock; the header is handed out without it.
// want CT1104 CT1105 CT1112
package main

import (
	"sync"
)

type Log struct {
	mu    sync.Mutex
	lines []string
}

func (l *Log) Printf(line string) {
	l.mu.Lock()
	l.lines = append(l.lines, line) // race: write
	l.mu.Unlock()
}

func (l *Log) Lines() []string {
	return l.lines // race: read
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
