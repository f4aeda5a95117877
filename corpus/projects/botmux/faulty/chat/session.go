// Package chat is a client of a chat server with one line a message: "channel user text".
package chat

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
)

type Message struct {
	Channel, User, Text string
}

// Handler is called for each message, in a goroutine of its own unless the session is in order.
type Handler func(*Session, *Message)

type Session struct {
	conn    net.Conn
	writeMu sync.Mutex

	// InOrder is set before Run.
	InOrder bool

	handlersMu sync.RWMutex
	handlers   map[int]Handler
	nextID     int

	state *State
}

func NewSession(conn net.Conn) *Session {
	return &Session{conn: conn, handlers: make(map[int]Handler), state: newState()}
}

// AddHandler adds a handler and returns the function that takes it out.
func (s *Session) AddHandler(h Handler) (remove func()) {
	s.handlersMu.Lock()
	defer s.handlersMu.Unlock()
	id := s.nextID
	s.nextID++
	s.handlers[id] = h // race: write
	return func() { s.removeHandler(id) }
}

func (s *Session) removeHandler(id int) {
	delete(s.handlers, id) // race: write
}

func (s *Session) dispatch(m *Message) {
	s.handlersMu.RLock()
	defer s.handlersMu.RUnlock()
	for _, h := range s.handlers { // race: read
		if s.InOrder {
			h(s, m)
		} else {
			go h(s, m)
		}
	}
}

// Send writes to a channel.
func (s *Session) Send(channel, text string) error {
	s.writeMu.Lock()
	defer s.writeMu.Unlock()
	_, err := fmt.Fprintf(s.conn, "%s %s\n", channel, text)
	return err
}

// Run reads messages until ctx is done or the connection ends.
func (s *Session) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { s.conn.Close() })
	defer stop()
	sc := bufio.NewScanner(s.conn)
	for sc.Scan() {
		parts := strings.SplitN(sc.Text(), " ", 3)
		if len(parts) < 3 {
			continue
		}
		m := &Message{Channel: parts[0], User: parts[1], Text: parts[2]}
		s.state.seen(m)
		s.dispatch(m)
	}
	if ctx.Err() != nil {
		return nil
	}
	return sc.Err()
}

// State is what the session knows of channels.
func (s *Session) State() *State { return s.state }
