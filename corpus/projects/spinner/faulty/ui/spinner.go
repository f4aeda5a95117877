// The text of a spinner is set while the goroutine that draws it reads it.
// want race

package ui

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

var frames = []string{"|", "/", "-", `\`}

// Spinner shows that something goes on.
type Spinner struct {
	Prefix string
	Delay  time.Duration

	out     io.Writer
	message string

	mu      sync.Mutex
	running bool
	stop    chan struct{}
	done    chan struct{}
}

// Option changes a new Spinner.
type Option func(*Spinner)

func WithDelay(d time.Duration) Option { return func(s *Spinner) { s.Delay = d } }
func WithPrefix(p string) Option       { return func(s *Spinner) { s.Prefix = p } }

func NewSpinner(out io.Writer, opts ...Option) *Spinner {
	s := &Spinner{out: out, Delay: 100 * time.Millisecond}
	for _, o := range opts {
		o(s)
	}
	return s
}

// Start begins to draw.
func (s *Spinner) Start(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running {
		return
	}
	s.message = message
	s.running = true
	s.stop = make(chan struct{})
	s.done = make(chan struct{})
	go s.spin(s.stop, s.done)
}

func (s *Spinner) spin(stop <-chan struct{}, done chan<- struct{}) {
	defer close(done)
	t := time.NewTicker(s.Delay)
	defer t.Stop()
	for i := 0; ; i++ {
		select {
		case <-stop:
			fmt.Fprintf(s.out, "\r%s\r", strings.Repeat(" ", 60))
			return
		case <-t.C:
			fmt.Fprintf(s.out, "\r%s%s %s", s.Prefix, frames[i%len(frames)], s.message) // race: read
		}
	}
}

// Update changes the text.
func (s *Spinner) Update(format string, args ...any) {
	s.message = fmt.Sprintf(format, args...) // race: write
}

// Stop ends the drawing.
func (s *Spinner) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.running {
		return
	}
	close(s.stop)
	<-s.done
	s.running = false
}
