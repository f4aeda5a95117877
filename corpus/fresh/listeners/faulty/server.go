package main

import (
	"errors"
	"sync"
)

var ErrServerClosed = errors.New("server: closed")

type Listener interface {
	Accept() (int, error)
	Close() error
}

type Server struct {
	mu     sync.Mutex
	ls     []Listener
	closed bool
	conns  sync.Map
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *Server) Serve(l Listener) error {
	if s.isClosed() {
		return ErrServerClosed
	}
	s.ls = append(s.ls, l) // race: write
	for {
		fd, err := l.Accept()
		if err != nil {
			if s.isClosed() {
				return ErrServerClosed
			}
			return err
		}
		s.conns.Store(fd, l)
	}
}

func (s *Server) Close() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, l := range s.ls { // race: read
		err = errors.Join(err, l.Close())
	}
	return err
}
