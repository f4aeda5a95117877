// Heartbeats and messages are written to one bufio.Writer from two goroutines.
package main

import (
	"bufio"
	"io"
	"sync"
	"time"
)

type link struct {
	mu  sync.Mutex
	out *bufio.Writer
}

func (l *link) send(frame string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out.WriteString(frame)
	l.out.Flush()
}

func (l *link) heartbeat(quit <-chan struct{}, ended chan<- struct{}) {
	defer close(ended)
	tick := time.NewTicker(20 * time.Microsecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			l.send("\x00")
		case <-quit:
			return
		}
	}
}

func main() {
	l := &link{out: bufio.NewWriter(io.Discard)}
	quit, ended := make(chan struct{}), make(chan struct{})
	go l.heartbeat(quit, ended)
	for range 200 {
		l.send("message\n")
		time.Sleep(5 * time.Microsecond)
	}
	close(quit)
	<-ended
}
