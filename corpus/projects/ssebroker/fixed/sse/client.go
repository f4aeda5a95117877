package sse

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// client is one browser. Its topics do not change.
type client struct {
	id     uint64
	topics []string
	events chan Event
	done   chan struct{}
	once   sync.Once
}

func newClient(id uint64, topics []string, backlog int) *client {
	return &client{id: id, topics: topics, events: make(chan Event, backlog), done: make(chan struct{})}
}

func (c *client) wants(topic string) bool {
	return len(c.topics) == 0 || slices.Contains(c.topics, topic)
}

// offer does not wait.
func (c *client) offer(e Event) bool {
	select {
	case c.events <- e:
		return true
	default:
		return false
	}
}

func (c *client) stop() { c.once.Do(func() { close(c.done) }) }

func (e Event) write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "id: %d\nevent: %s\n", e.ID, e.Topic)
	for line := range strings.Lines(e.Data) {
		fmt.Fprintf(&b, "data: %s\n", strings.TrimRight(line, "\n"))
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}
