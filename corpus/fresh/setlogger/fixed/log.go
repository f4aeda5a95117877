package main

import (
	"fmt"
	"io"
	"sync"
)

type Logger interface {
	Logf(format string, args ...any)
}

type discard struct{}

func (discard) Logf(string, ...any) {}

type writerLogger struct{ w io.Writer }

func (l *writerLogger) Logf(format string, args ...any) {
	fmt.Fprintf(l.w, format+"\n", args...)
}

var (
	stdMu sync.RWMutex
	std   Logger = discard{}
)

// SetLogger changes where the package logs to.
func SetLogger(l Logger) {
	stdMu.Lock()
	defer stdMu.Unlock()
	std = l
}

func logf(format string, args ...any) {
	stdMu.RLock()
	l := std
	stdMu.RUnlock()
	l.Logf(format, args...)
}
