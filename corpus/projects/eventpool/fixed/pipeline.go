package eventpool

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"sort"
	"strings"
	"sync"
)

// Sink gets events; it must not keep them.
type Sink interface {
	Emit(e *Event) error
}

// Pipeline brings events to sinks.
type Pipeline struct {
	mu    sync.RWMutex
	sinks []Sink
}

// Add adds a sink.
func (p *Pipeline) Add(s Sink) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sinks = append(p.sinks, s)
}

// Emit makes an event, fills it and gives it to all sinks.
func (p *Pipeline) Emit(name string, fill func(*Event)) error {
	e := newEvent(name)
	defer e.free()
	fill(e)
	p.mu.RLock()
	defer p.mu.RUnlock()
	var errs []error
	for _, s := range p.sinks {
		errs = append(errs, s.Emit(e))
	}
	return errors.Join(errs...)
}

// CountSink counts events by name.
type CountSink struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *CountSink) Emit(e *Event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = make(map[string]int)
	}
	c.counts[e.Name]++
	return nil
}

// AuditSink writes events in the background.
type AuditSink struct {
	queue chan *Event
	done  chan struct{}
	out   io.Writer
}

// NewAuditSink starts the writer.
func NewAuditSink(out io.Writer, backlog int) *AuditSink {
	a := &AuditSink{queue: make(chan *Event, backlog), done: make(chan struct{}), out: out}
	go a.run()
	return a
}

func (a *AuditSink) Emit(e *Event) error {
	own := &Event{Name: e.Name, At: e.At, Attrs: maps.Clone(e.Attrs)}
	select {
	case a.queue <- own:
		return nil
	default:
		return errors.New("audit: backlog is full")
	}
}

func (a *AuditSink) run() {
	defer close(a.done)
	for e := range a.queue {
		fmt.Fprintln(a.out, format(e))
	}
}

// Close writes what is left.
func (a *AuditSink) Close() {
	close(a.queue)
	<-a.done
}

func format(e *Event) string {
	keys := make([]string, 0, len(e.Attrs))
	for k := range e.Attrs {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var b strings.Builder
	b.WriteString(e.At.Format("15:04:05 ") + e.Name)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%q", k, e.Attrs[k])
	}
	return b.String()
}
