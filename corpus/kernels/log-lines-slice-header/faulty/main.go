// The tail view takes the slice while the writer appends to it.
// want CT1104 CT1105 CT1112
package main

import (
	"sync"
)

type ringLog struct {
	mu    sync.Mutex
	lines []string
	keep  int
}

func (l *ringLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, string(p)) // race: write
	if extra := len(l.lines) - l.keep; extra > 0 {
		l.lines = l.lines[extra:]
	}
	return len(p), nil
}

func (l *ringLog) Tail(n int) []string {
	if len(l.lines) < n { // race: read
		return l.lines
	}
	return l.lines[len(l.lines)-n:]
}

func main() {
	log := &ringLog{keep: 16}
	var users sync.WaitGroup
	users.Add(2)
	go func() {
		defer users.Done()
		for range 100 {
			log.Write([]byte("line"))
		}
	}()
	go func() {
		defer users.Done()
		for range 100 {
			_ = log.Tail(4)
		}
	}()
	users.Wait()
}
