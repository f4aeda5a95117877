// An event goes back to its pool while the goroutine that writes the audit log still has it.
// want race

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
	e.Name = name     // race: write
	e.At = time.Now() // race: write
	return e
}

// Set adds an attribute.
func (e *Event) Set(key, value string) *Event {
	e.Attrs[key] = value // race: write
	return e
}

func (e *Event) free() {
	e.Name = ""    // race: write
	clear(e.Attrs) // race: write
	events.Put(e)
}
