package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"

	"example.com/projects/logfields/fixed/log"
)

var errQuit = errors.New("quit")

// Server adds numbers that clients send line by line.
type Server struct {
	log *log.Logger
	wg  sync.WaitGroup
}

func NewServer(l *log.Logger) *Server { return &Server{log: l} }

// Serve accepts connections until ctx is done.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	defer s.wg.Wait()
	for {
		conn, err := ln.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("accept: %w", err)
		}
		s.wg.Add(1)
		go func() {
			defer s.wg.Done()
			defer conn.Close()
			s.handle(conn)
		}()
	}
}

func (s *Server) handle(conn net.Conn) {
	l := s.log.With("remote", conn.RemoteAddr().String())
	l.Debugf("connected")
	sum := 0
	scanner := bufio.NewScanner(conn)
	for scanner.Scan() {
		err := s.command(conn, scanner.Text(), &sum)
		if errors.Is(err, errQuit) {
			return
		}
		if err != nil {
			l.WithError(err).Warnf("bad line")
			fmt.Fprintln(conn, "error")
		}
	}
}

func (s *Server) command(conn net.Conn, line string, sum *int) error {
	switch line = strings.TrimSpace(line); line {
	case "quit":
		return errQuit
	case "sum":
		_, err := fmt.Fprintln(conn, *sum)
		return err
	}
	n, err := strconv.Atoi(line)
	if err != nil {
		return err
	}
	*sum += n
	return nil
}
