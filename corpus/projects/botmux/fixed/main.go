// Taking a handler out takes the lock.

package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"example.com/projects/botmux/fixed/chat"
)

// poll asks a channel for votes and tells the outcome after a while.
func poll(s *chat.Session, channel string, d time.Duration) {
	votes := make(chan string, 16)
	remove := s.AddHandler(func(s *chat.Session, m *chat.Message) {
		if m.Channel != channel || !strings.HasPrefix(m.Text, "vote ") {
			return
		}
		select {
		case votes <- strings.TrimPrefix(m.Text, "vote "):
		default:
		}
	})
	defer remove()
	count := make(map[string]int)
	timeout := time.NewTimer(d)
	defer timeout.Stop()
	for {
		select {
		case v := <-votes:
			count[v]++
		case <-timeout.C:
			_ = s.Send(channel, fmt.Sprint("votes: ", count))
			return
		}
	}
}

func newBot(conn net.Conn, pollTime time.Duration) *chat.Session {
	s := chat.NewSession(conn)
	s.AddHandler(func(s *chat.Session, m *chat.Message) {
		switch {
		case m.Text == "ping":
			_ = s.Send(m.Channel, "pong")
		case m.Text == "poll":
			go poll(s, m.Channel, pollTime)
		}
	})
	return s
}

func main() {
	addr := flag.String("server", "localhost:6667", "chat server")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	conn, err := net.Dial("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	if err := newBot(conn, time.Minute).Run(ctx); err != nil {
		log.Fatal(err)
	}
}
