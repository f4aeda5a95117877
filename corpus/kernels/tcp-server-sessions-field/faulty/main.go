// Each accepted connection gets a goroutine; all of them add to and remove from the server's map.
// want CT1001 CT1002
package main

import (
	"bufio"
	"net"
	"sync"
)

type server struct {
	listener net.Listener
	sessions map[string]net.Conn
	wg       sync.WaitGroup
}

func (s *server) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.wg.Add(1)
		go s.handle(conn)
	}
}

func (s *server) handle(conn net.Conn) {
	defer s.wg.Done()
	key := conn.RemoteAddr().String()
	s.sessions[key] = conn // race: write
	defer func() {
		delete(s.sessions, key) // race: write
		conn.Close()
	}()
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil {
		conn.Write([]byte("echo " + line))
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	s := &server{listener: listener, sessions: map[string]net.Conn{}}
	go s.serve()
	var clients sync.WaitGroup
	for range 8 {
		clients.Add(1)
		go func() {
			defer clients.Done()
			conn, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				return
			}
			defer conn.Close()
			conn.Write([]byte("hi\n"))
			bufio.NewReader(conn).ReadString('\n')
		}()
	}
	clients.Wait()
	listener.Close()
}
