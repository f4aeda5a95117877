package feed

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// filter lets ticks of one symbol through.
type filter struct {
	above float64
	below float64
}

func (f filter) match(p float64) bool {
	return p >= f.above && (f.below == 0 || p <= f.below)
}

type client struct {
	conn    net.Conn
	send    chan Tick
	since   time.Time
	filters map[string]filter
}

func newClient(conn net.Conn, depth int) *client {
	return &client{conn: conn, send: make(chan Tick, depth), since: time.Now(), filters: make(map[string]filter)}
}

func (c *client) wants(t Tick) bool {
	f, ok := c.filters[t.Symbol] // race: read
	return ok && f.match(t.Price)
}

// readLoop takes commands: "sub SYMBOL [ABOVE [BELOW]]" and "unsub SYMBOL".
func (c *client) readLoop(ctx context.Context) error {
	defer c.conn.Close()
	sc := bufio.NewScanner(c.conn)
	for ctx.Err() == nil && sc.Scan() {
		words := strings.Fields(sc.Text())
		if len(words) == 0 {
			continue
		}
		if err := c.handle(words[0], words[1:]); err != nil {
			return err
		}
	}
	return sc.Err()
}

func (c *client) handle(cmd string, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%s: no symbol", cmd)
	}
	switch cmd {
	case "sub":
		f, err := parseFilter(args[1:])
		if err != nil {
			return err
		}
		c.filters[args[0]] = f // race: write
	case "unsub":
		delete(c.filters, args[0]) // race: write
	default:
		return fmt.Errorf("unknown command %q", cmd)
	}
	return nil
}

func parseFilter(args []string) (f filter, err error) {
	for i, into := range []*float64{&f.above, &f.below} {
		if i == len(args) {
			break
		}
		if *into, err = strconv.ParseFloat(args[i], 64); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (c *client) writeLoop() {
	for t := range c.send {
		_ = c.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
		if _, err := fmt.Fprintf(c.conn, "%s %.4f %d\n", t.Symbol, t.Price, t.At.UnixMilli()); err != nil {
			c.conn.Close()
		}
	}
}
