// Heartbeats and messages are written to one bufio.Writer from two goroutines.
// want CT1115 CT1102 CT1105
package main

import (
	"bufio"
	"io"
	"time"
)

type link struct {
	out *bufio.Writer
}

func (l *link) send(frame string) {
	l.out.WriteString(frame) // race: write
	l.out.Flush()            // race: write
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
