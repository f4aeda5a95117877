// A derived logger shares the fields map of its parent and writes into it.
// want race

package log

import (
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
)

// Level says how important a line is.
type Level int

const (
	Debug Level = iota
	Info
	Warn
	Error
)

func (l Level) String() string {
	return [...]string{"DEBUG", "INFO", "WARN", "ERROR"}[l]
}

// Fields are pairs that each line of a logger has.
type Fields map[string]any

type sink struct {
	mu  sync.Mutex
	out io.Writer
}

func (s *sink) write(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = io.WriteString(s.out, line)
}

// Logger writes lines with fields.
type Logger struct {
	sink   *sink
	level  Level
	fields Fields
	now    func() time.Time
}

// New returns a logger without fields.
func New(out io.Writer, level Level) *Logger {
	if out == nil {
		out = os.Stderr
	}
	return &Logger{sink: &sink{out: out}, level: level, fields: make(Fields), now: time.Now}
}

// With returns a logger with one more field.
func (l *Logger) With(key string, value any) *Logger {
	child := *l
	child.fields[key] = value // race: write
	return &child
}

// WithError returns a logger that tells the error.
func (l *Logger) WithError(err error) *Logger { return l.With("error", err.Error()) }

func (l *Logger) log(level Level, format string, args ...any) {
	if level < l.level {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %-5s %s", l.now().Format(time.RFC3339), level, fmt.Sprintf(format, args...))
	keys := make([]string, 0, len(l.fields))
	for k := range l.fields { // race: read
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%v", k, l.fields[k]) // race: read
	}
	b.WriteByte('\n')
	l.sink.write(b.String())
}

func (l *Logger) Debugf(format string, args ...any) { l.log(Debug, format, args...) }
func (l *Logger) Infof(format string, args ...any)  { l.log(Info, format, args...) }
func (l *Logger) Warnf(format string, args ...any)  { l.log(Warn, format, args...) }
func (l *Logger) Errorf(format string, args ...any) { l.log(Error, format, args...) }
