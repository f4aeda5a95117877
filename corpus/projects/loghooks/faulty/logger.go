// A logger guards its output with a lock, but hooks are added to its map while others log.
// want race

// Package logs is a leveled logger with hooks. A Logger can be used by several goroutines at once.
package logs

import (
	"fmt"
	"io"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

type Level int32

const (
	Debug Level = iota
	Info
	Warn
	Error
)

func (l Level) String() string {
	switch l {
	case Debug:
		return "debug"
	case Info:
		return "info"
	case Warn:
		return "warn"
	}
	return "error"
}

// Fields are what an entry says beside its message.
type Fields map[string]any

// Hook hears of entries of some levels.
type Hook interface {
	Levels() []Level
	Fire(*Entry) error
}

// LevelHooks are hooks by level.
type LevelHooks map[Level][]Hook

// Add puts the hook in for all its levels.
func (h LevelHooks) Add(hook Hook) {
	for _, l := range hook.Levels() {
		h[l] = append(h[l], hook) // race: write
	}
}

// Fire calls the hooks of a level.
func (h LevelHooks) Fire(l Level, e *Entry) error {
	for _, hook := range h[l] { // race: read
		if err := hook.Fire(e); err != nil {
			return err
		}
	}
	return nil
}

// Logger writes entries.
type Logger struct {
	mu    sync.Mutex
	out   io.Writer
	fmt   Formatter
	hooks LevelHooks
	level atomic.Int32
	pool  sync.Pool
}

// New returns a logger to standard error.
func New() *Logger {
	l := &Logger{out: os.Stderr, fmt: TextFormatter{}, hooks: make(LevelHooks)}
	l.level.Store(int32(Info))
	l.pool.New = func() any { return &Entry{logger: l} }
	return l
}

func (l *Logger) SetLevel(level Level) { l.level.Store(int32(level)) }

func (l *Logger) SetOutput(w io.Writer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out = w
}

func (l *Logger) SetFormatter(f Formatter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fmt = f
}

// AddHook adds a hook.
func (l *Logger) AddHook(hook Hook) {
	l.hooks.Add(hook)
}

// ReplaceHooks sets all hooks and returns the old ones.
func (l *Logger) ReplaceHooks(hooks LevelHooks) LevelHooks {
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.hooks
	l.hooks = hooks
	return old
}

func (l *Logger) enabled(level Level) bool { return level >= Level(l.level.Load()) }

// WithFields returns an entry with fields of its own.
func (l *Logger) WithFields(f Fields) *Entry {
	return &Entry{logger: l, fields: maps.Clone(f)}
}

func (l *Logger) logf(level Level, format string, args ...any) {
	if !l.enabled(level) {
		return
	}
	e := l.pool.Get().(*Entry)
	e.write(level, fmt.Sprintf(format, args...))
	e.fields = nil
	l.pool.Put(e)
}

func (l *Logger) Debugf(format string, args ...any) { l.logf(Debug, format, args...) }
func (l *Logger) Infof(format string, args ...any)  { l.logf(Info, format, args...) }
func (l *Logger) Warnf(format string, args ...any)  { l.logf(Warn, format, args...) }
func (l *Logger) Errorf(format string, args ...any) { l.logf(Error, format, args...) }

var std = New()

// Default returns the logger of the package functions.
func Default() *Logger { return std }

func Infof(format string, args ...any) { std.Infof(format, args...) }

// Entry is one line to be written.
type Entry struct {
	logger  *Logger
	fields  Fields
	Level   Level
	Time    time.Time
	Message string
}

// With returns an entry with one field more.
func (e *Entry) With(key string, value any) *Entry {
	fields := maps.Clone(e.fields)
	if fields == nil {
		fields = make(Fields)
	}
	fields[key] = value
	return &Entry{logger: e.logger, fields: fields}
}

func (e *Entry) Info(msg string) {
	if e.logger.enabled(Info) {
		c := *e
		c.write(Info, msg)
	}
}

func (e *Entry) write(level Level, msg string) {
	e.Level, e.Message, e.Time = level, msg, time.Now()
	if err := e.logger.hooks.Fire(level, e); err != nil {
		fmt.Fprintln(os.Stderr, "hook:", err)
	}
	e.logger.mu.Lock()
	defer e.logger.mu.Unlock()
	line, err := e.logger.fmt.Format(e)
	if err != nil {
		fmt.Fprintln(os.Stderr, "format:", err)
		return
	}
	_, _ = e.logger.out.Write(line)
}
