// A stream whose peer does not read: the heartbeat waits for the lock of the writer.
package main

import (
	"net"
	"os"
	"runtime/pprof"
	"sync"
	"time"
)

type stream struct {
	mu   sync.Mutex
	conn net.Conn
}

func (s *stream) Send(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.conn.Write(b)
	return err
}

func (s *stream) heartbeat() {
	for {
		time.Sleep(50 * time.Millisecond)
		s.Send([]byte("ping"))
	}
}

func publish(s *stream) {
	for {
		s.Send(make([]byte, 1<<16))
	}
}

func main() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		c, _ := l.Accept()
		time.Sleep(time.Hour) // never reads
		c.Close()
	}()
	c, _ := net.Dial("tcp", l.Addr().String())
	s := &stream{conn: c}
	go s.heartbeat()
	go publish(s)
	go publish(s)
	time.Sleep(2 * time.Second)
	pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
}
