package rpcserver

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// Recover turns panics into errors.
func Recover(ctx context.Context, body json.RawMessage, info *Info, next Handler) (out any, err error) {
	defer func() {
		if r := recover(); r != nil {
			slog.Error("panic", "method", info.Method, "err", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("internal error")
		}
	}()
	return next(ctx, body)
}

// CallStats counts calls and their time.
type CallStats struct {
	Calls  map[string]int
	Errors map[string]int
	Time   time.Duration
}

// Recorder is an interceptor that keeps CallStats.
type Recorder struct {
	stats CallStats
}

// NewRecorder returns an empty recorder.
func NewRecorder() *Recorder {
	return &Recorder{stats: CallStats{Calls: make(map[string]int), Errors: make(map[string]int)}}
}

// Intercept counts a call.
func (r *Recorder) Intercept(ctx context.Context, body json.RawMessage, info *Info, next Handler) (any, error) {
	start := time.Now()
	out, err := next(ctx, body)
	name := info.Service + "." + info.Method
	r.stats.Calls[name]++ // race: write
	if err != nil {
		r.stats.Errors[name]++ // race: write
	}
	r.stats.Time += time.Since(start) // race: write
	return out, err
}

// Total returns the number of calls.
func (r *Recorder) Total() int {
	n := 0
	for _, c := range r.stats.Calls { // race: read
		n += c
	}
	return n
}
