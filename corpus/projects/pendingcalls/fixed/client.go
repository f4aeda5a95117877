package pendingcalls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
)

// ErrShutdown is returned for calls on a connection that has ended.
var ErrShutdown = errors.New("rpc: connection is shut down")

// RemoteError is what the server says.
type RemoteError string

func (e RemoteError) Error() string { return string(e) }

type call struct {
	method string
	reply  any
	done   chan error
}

// Client sends calls over one connection. Its methods may be called by several goroutines.
type Client struct {
	codec *codec
	log   *slog.Logger
	seq   atomic.Uint64

	sendMu sync.Mutex

	mu      sync.Mutex
	pending map[uint64]*call
	closing bool
}

// Dial connects to a server.
func Dial(ctx context.Context, addr string) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("rpc: %w", err)
	}
	return NewClient(conn), nil
}

// NewClient starts a client on a connection.
func NewClient(rwc io.ReadWriteCloser) *Client {
	c := &Client{codec: newCodec(rwc), log: slog.Default(), pending: make(map[uint64]*call)}
	go c.input()
	return c
}

// Call sends a call and waits for the answer.
func (c *Client) Call(ctx context.Context, method string, params, reply any) error {
	raw, err := json.Marshal(params)
	if err != nil {
		return err
	}
	it := &call{method: method, reply: reply, done: make(chan error, 1)}
	id := c.seq.Add(1)
	if err := c.register(id, it); err != nil {
		return err
	}
	if err := c.send(&request{ID: id, Method: method, Params: raw}); err != nil {
		c.forget(id)
		return err
	}
	select {
	case err := <-it.done:
		return err
	case <-ctx.Done():
		c.forget(id)
		return ctx.Err()
	}
}

func (c *Client) register(id uint64, it *call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return ErrShutdown
	}
	c.pending[id] = it
	return nil
}

func (c *Client) forget(id uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pending, id)
}

func (c *Client) send(r *request) error {
	c.sendMu.Lock()
	defer c.sendMu.Unlock()
	return c.codec.write(r)
}

func (c *Client) input() {
	var err error
	for err == nil {
		var r response
		if err = c.codec.read(&r); err != nil {
			break
		}
		c.mu.Lock()
		it, ok := c.pending[r.ID]
		delete(c.pending, r.ID)
		c.mu.Unlock()
		if !ok {
			c.log.Warn("answer to nobody", "id", r.ID)
			continue
		}
		it.done <- finish(it, &r)
	}
	c.shutdown(err)
}

func finish(it *call, r *response) error {
	if r.Error != "" {
		return RemoteError(r.Error)
	}
	if it.reply == nil {
		return nil
	}
	if err := json.Unmarshal(r.Result, it.reply); err != nil {
		return fmt.Errorf("rpc: result of %s: %w", it.method, err)
	}
	return nil
}

func (c *Client) shutdown(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closing = true
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	for id, it := range c.pending {
		it.done <- err
		delete(c.pending, id)
	}
}

// Close ends the connection; calls that wait are told so.
func (c *Client) Close() error {
	c.mu.Lock()
	if c.closing {
		c.mu.Unlock()
		return ErrShutdown
	}
	c.closing = true
	c.mu.Unlock()
	return c.codec.close()
}
