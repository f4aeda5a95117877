// The codec returns a copy of the bytes.

package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"os/signal"
	"syscall"
	"time"

	"example.com/projects/framebuf/fixed/wire"
)

func main() {
	addr := flag.String("addr", ":9000", "listen address")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{codec: wire.NewCodec(), now: time.Now}
	if err := s.serve(ctx, l); err != nil && !errors.Is(err, net.ErrClosed) {
		log.Fatal(err)
	}
}

// server tells the time to whoever connects.
type server struct {
	codec *wire.Codec
	now   func() time.Time
}

func (s *server) serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go s.handle(ctx, conn)
	}
}

func (s *server) handle(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	out := wire.NewSender(conn, s.codec, 16)
	defer out.Close()
	r := wire.NewReader(conn)
	for ctx.Err() == nil {
		f, err := r.Next()
		if err != nil {
			return
		}
		switch f.Kind {
		case wire.Ping:
			err = out.Send(wire.Frame{Kind: wire.Pong, ID: f.ID})
		case wire.Call:
			err = out.Send(wire.Frame{Kind: wire.Reply, ID: f.ID, Body: []byte(s.now().Format(time.RFC3339Nano))})
		}
		if err != nil {
			return
		}
	}
}
