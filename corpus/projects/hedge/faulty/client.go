// A hedged request is a shallow copy of the first one, and both attempts set a header in the one map.
// want race

// Package hedge sends a request again while the first answer is still out, and takes what comes first.
package hedge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Transport is a round tripper with hedging. It is safe for concurrent use, as all round trippers.
type Transport struct {
	base     http.RoundTripper
	after    time.Duration
	attempts int
	stats    Stats
}

// Stats count what was sent.
type Stats struct {
	Sent, Hedged, Lost atomic.Int64
}

type Option func(*Transport)

// After sets how long to wait for an answer before the next attempt.
func After(d time.Duration) Option { return func(t *Transport) { t.after = d } }

// Attempts sets how many there are at most.
func Attempts(n int) Option { return func(t *Transport) { t.attempts = n } }

// New wraps a round tripper; nil is the default one.
func New(base http.RoundTripper, opts ...Option) *Transport {
	if base == nil {
		base = http.DefaultTransport
	}
	t := &Transport{base: base, after: 50 * time.Millisecond, attempts: 2}
	for _, o := range opts {
		o(t)
	}
	return t
}

// Stats are the counts of this transport.
func (t *Transport) Stats() *Stats { return &t.stats }

type result struct {
	attempt int
	res     *http.Response
	err     error
}

// RoundTrip sends the request, and again if need be.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if !safe(req) {
		return t.base.RoundTrip(req)
	}
	ctx, cancel := context.WithCancel(req.Context())
	results := make(chan result, t.attempts)
	launch := func(n int) {
		r := t.prepare(ctx, req)
		go t.try(r, n, results)
	}
	launch(0)
	started, ended := 1, 0
	timer := time.NewTimer(t.after)
	defer timer.Stop()
	var errs []error
	for {
		select {
		case <-timer.C:
			if started < t.attempts {
				t.stats.Hedged.Add(1)
				launch(started)
				started++
				timer.Reset(t.after)
			}
		case r := <-results:
			ended++
			if r.err == nil {
				go t.drain(results, started-ended)
				r.res.Body = &cancelBody{r.res.Body, cancel}
				return r.res, nil
			}
			errs = append(errs, fmt.Errorf("attempt %d: %w", r.attempt, r.err))
			if ended == started {
				cancel()
				return nil, errors.Join(errs...)
			}
		}
	}
}

func safe(req *http.Request) bool {
	return req.Body == nil && (req.Method == http.MethodGet || req.Method == http.MethodHead)
}

// prepare makes the request of one attempt.
func (t *Transport) prepare(ctx context.Context, req *http.Request) *http.Request {
	r := req.WithContext(ctx)
	r.Body = nil
	return r
}

func (t *Transport) try(req *http.Request, n int, results chan<- result) {
	t.stats.Sent.Add(1)
	stamp(req.Header, n)
	res, err := t.base.RoundTrip(req)
	results <- result{n, res, err}
}

func stamp(h http.Header, n int) {
	if h.Get("X-Request-Start") == "" { // race: read
		h.Set("X-Request-Start", strconv.FormatInt(time.Now().UnixMilli(), 10)) // race: write
	}
	h.Set("X-Attempt", strconv.Itoa(n)) // race: write
}

// drain closes the answers that came too late.
func (t *Transport) drain(results <-chan result, n int) {
	for range n {
		if r := <-results; r.err == nil {
			t.stats.Lost.Add(1)
			r.res.Body.Close()
		}
	}
}

// cancelBody ends all attempts when the answer was read.
type cancelBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *cancelBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
