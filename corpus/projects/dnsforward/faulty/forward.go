package main

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Upstream answers what the cache does not know.
type Upstream interface {
	Exchange(ctx context.Context, query []byte) ([]byte, error)
}

type udpUpstream struct {
	addr    string
	timeout time.Duration
}

func (u udpUpstream) Exchange(ctx context.Context, query []byte) ([]byte, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "udp", u.addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(u.timeout))
	if _, err := conn.Write(query); err != nil {
		return nil, err
	}
	buf := make([]byte, 1500)
	n, err := conn.Read(buf)
	return buf[:n], err
}

// Forwarder answers queries from its cache or from upstream.
type Forwarder struct {
	cache    *Cache
	upstream Upstream
	packets  sync.Pool

	hits, misses atomic.Uint64
}

func NewForwarder(c *Cache, u Upstream) *Forwarder {
	f := &Forwarder{cache: c, upstream: u}
	f.packets.New = func() any { b := make([]byte, 1500); return &b }
	return f
}

// Serve answers until ctx is done.
func (f *Forwarder) Serve(ctx context.Context, pc net.PacketConn) error {
	stop := context.AfterFunc(ctx, func() { pc.Close() })
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		buf := f.packets.Get().(*[]byte)
		n, from, err := pc.ReadFrom(*buf)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer f.packets.Put(buf)
			if answer, err := f.answer(ctx, (*buf)[:n]); err == nil {
				_, _ = pc.WriteTo(answer, from)
			}
		}()
	}
}

func (f *Forwarder) answer(ctx context.Context, query []byte) ([]byte, error) {
	name, err := question(query)
	if err != nil {
		return nil, err
	}
	if answer, ok := f.cache.Get(name); ok {
		f.hits.Add(1)
		out := append([]byte(nil), answer...)
		copy(out, query[:2])
		return out, nil
	}
	f.misses.Add(1)
	answer, err := f.upstream.Exchange(ctx, append([]byte(nil), query...))
	if err != nil {
		return nil, err
	}
	f.cache.Put(name, answer, time.Minute)
	return answer, nil
}

var errShort = errors.New("packet is too short")

// question returns name and type of the first question.
func question(msg []byte) (string, error) {
	if len(msg) < 12 || binary.BigEndian.Uint16(msg[4:]) != 1 {
		return "", errShort
	}
	var labels []string
	rest := msg[12:]
	for {
		if len(rest) == 0 || len(rest) <= int(rest[0]) {
			return "", errShort
		}
		n := int(rest[0])
		if n == 0 {
			break
		}
		labels = append(labels, strings.ToLower(string(rest[1:n+1])))
		rest = rest[n+1:]
	}
	if len(rest) < 5 {
		return "", errShort
	}
	return strings.Join(labels, ".") + "/" + string(rest[1:3]), nil
}
