package connpool

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"example.com/projects/connpool/faulty/pool"
)

// Client asks a key-value server that speaks lines.
type Client struct {
	pool *pool.Pool
}

// Dial returns a client of the server at addr.
func Dial(addr string, idle time.Duration) (*Client, error) {
	p, err := pool.New(pool.Config{
		Dial: func(ctx context.Context) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", addr)
		},
		MaxOpen: 4,
		IdleFor: idle,
	})
	if err != nil {
		return nil, err
	}
	return &Client{pool: p}, nil
}

// Get returns the value of a key.
func (c *Client) Get(ctx context.Context, key string) (string, error) {
	conn, err := c.pool.Get(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Release()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	if _, err := fmt.Fprintf(conn, "GET %s\n", key); err != nil {
		conn.MarkBroken()
		return "", err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		conn.MarkBroken()
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// Close ends the client.
func (c *Client) Close() { c.pool.Close() }
