// The audit log gets a copy.

package eventpool

import (
	"sync"
	"time"
)

// Event is one thing that happened in a request.
type Event struct {
	Name  string
	At    time.Time
	Attrs map[string]string
}

var events = sync.Pool{New: func() any { return &Event{Attrs: make(map[string]string, 8)} }}

func newEvent(name string) *Event {
	e := events.Get().(*Event)
	e.Name = name
	e.At = time.Now()
	return e
}

// Set adds an attribute.
func (e *Event) Set(key, value string) *Event {
	e.Attrs[key] = value
	return e
}

func (e *Event) free() {
	e.Name = ""
	clear(e.Attrs)
	events.Put(e)
}
