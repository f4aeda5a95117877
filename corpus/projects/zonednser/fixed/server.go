package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"strings"
	"sync"
	"sync/atomic"
)

// Server answers queries of one line over UDP.
type Server struct {
	zone    *Zone
	conn    net.PacketConn
	queries atomic.Uint64
	wg      sync.WaitGroup
	allowed map[string]bool
}

func newServer(z *Zone, conn net.PacketConn, updaters ...string) *Server {
	s := &Server{zone: z, conn: conn, allowed: make(map[string]bool)}
	for _, u := range updaters {
		s.allowed[u] = true
	}
	return s
}

// Serve reads packets until the connection is closed.
func (s *Server) Serve() error {
	defer s.wg.Wait()
	for {
		buf := make([]byte, 512)
		n, from, err := s.conn.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		s.queries.Add(1)
		s.wg.Add(1)
		go s.handle(buf[:n], from)
	}
}

func (s *Server) handle(packet []byte, from net.Addr) {
	defer s.wg.Done()
	reply, err := s.answer(strings.Fields(string(packet)), from)
	if err != nil {
		reply = "ERR " + err.Error()
	}
	if _, err := s.conn.WriteTo([]byte(reply+"\n"), from); err != nil {
		log.Printf("write: %v", err)
	}
}

func (s *Server) answer(words []string, from net.Addr) (string, error) {
	if len(words) < 2 {
		return "", errors.New("bad query")
	}
	switch words[0] {
	case "GET":
		records, err := s.zone.Lookup(words[1])
		if err != nil {
			return "", err
		}
		values := make([]string, len(records))
		for i, r := range records {
			values[i] = fmt.Sprintf("%s/%d", r.Value, int(r.TTL.Seconds()))
		}
		return strings.Join(values, " "), nil
	case "ADD", "DEL":
		if host, _, _ := net.SplitHostPort(from.String()); !s.allowed[host] {
			return "", errors.New("refused")
		}
		return s.update(words)
	}
	return "", fmt.Errorf("unknown verb %q", words[0])
}

func (s *Server) update(words []string) (string, error) {
	if words[0] == "DEL" {
		s.zone.remove(words[1])
		return "OK", nil
	}
	if len(words) != 3 {
		return "", errors.New("want a value")
	}
	s.zone.add(words[1], Record{Value: words[2]})
	return "OK", nil
}
