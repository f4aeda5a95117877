// Serve is a server whose type both accepts connections and starts its goroutines by a method of its
// own, as servers do that count them. `idle` keeps three clients that ask for nothing; `stuck` has
// workers that wait for the answer of a backend that has none. Both end by a dump.
package main

import (
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

type server struct {
	running sync.WaitGroup
	backend *backend
}

func (s *server) start(run func()) {
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		run()
	}()
}

func (s *server) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		s.start(func() { s.read(conn) })
	}
}

func (s *server) read(conn net.Conn) {
	buffer := make([]byte, 512)
	for {
		if _, err := conn.Read(buffer); err != nil {
			return
		}
	}
}

type backend struct{ address string }

// ask has no deadline.
func (b *backend) ask(question string) (string, error) {
	conn, err := net.Dial("tcp", b.address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(question)); err != nil {
		return "", err
	}
	answer := make([]byte, 64)
	n, err := conn.Read(answer)
	return string(answer[:n]), err
}

func (b *backend) refresh() {
	for range 3 {
		go b.ask("size?")
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	s := &server{backend: &backend{listener.Addr().String()}}
	s.start(func() { s.accept(listener) })
	if os.Args[1] == "stuck" {
		// The backend is a server that never answers.
		s.backend.refresh()
	} else {
		for range 3 {
			if _, err := net.Dial("tcp", listener.Addr().String()); err != nil {
				panic(err)
			}
		}
	}
	time.Sleep(300 * time.Millisecond)
	syscall.Kill(os.Getpid(), syscall.SIGQUIT)
	time.Sleep(time.Second)
}
