package main

import (
	"fmt"
	"io"
)

type Logger interface {
	Logf(format string, args ...any)
}

type discard struct{}

func (discard) Logf(string, ...any) {}

type writerLogger struct{ w io.Writer }

func (l *writerLogger) Logf(format string, args ...any) {
	fmt.Fprintf(l.w, format+"\n", args...) // race: read
}

var std Logger = discard{}

// SetLogger changes where the package logs to.
func SetLogger(l Logger) { std = l } // race: write

func logf(format string, args ...any) {
	std.Logf(format, args...) // race: read
}
