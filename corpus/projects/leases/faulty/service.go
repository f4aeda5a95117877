package leases

import (
	"context"
	"log/slog"
	"net"
	"net/rpc"
	"time"
)

// Args name a lease and who wants it.
type Args struct {
	Name, Holder string
}

// Leases is the service that clients call.
type Leases struct {
	table *Table
}

func (s *Leases) Acquire(args *Args, reply *Lease) (err error) {
	*reply, err = s.table.Acquire(args.Name, args.Holder)
	return err
}

func (s *Leases) Renew(args *Args, reply *Lease) (err error) {
	*reply, err = s.table.Renew(args.Name, args.Holder)
	return err
}

func (s *Leases) Release(args *Args, _ *struct{}) error {
	return s.table.Release(args.Name, args.Holder)
}

// Server serves a table over net/rpc.
type Server struct {
	table *Table
	rpc   *rpc.Server
	log   *slog.Logger
}

// NewServer registers the service.
func NewServer(t *Table, log *slog.Logger) (*Server, error) {
	s := &Server{table: t, rpc: rpc.NewServer(), log: log}
	if err := s.rpc.Register(&Leases{table: t}); err != nil {
		return nil, err
	}
	return s, nil
}

// Serve accepts connections until the listener is closed.
func (s *Server) Serve(ctx context.Context, ln net.Listener) {
	go s.expire(ctx)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go s.rpc.ServeConn(conn)
	}
}

func (s *Server) expire(ctx context.Context) {
	t := time.NewTicker(s.table.ttl / 2)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if names := s.table.Expire(); len(names) > 0 {
				s.log.Info("leases expired", "names", names)
			}
		}
	}
}
