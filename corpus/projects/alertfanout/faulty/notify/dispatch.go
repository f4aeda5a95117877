// Package notify sends alerts to receivers.
package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.com/projects/alertfanout/faulty/alert"
)

// Message is what a receiver is sent.
type Message struct {
	Title  string
	Labels alert.LabelSet
	Over   bool
}

// Notifier delivers a message.
type Notifier interface {
	Notify(ctx context.Context, m Message) error
}

// Receiver is somebody to be told.
type Receiver struct {
	Name     string
	Labels   alert.LabelSet
	Match    func(*alert.Alert) bool
	Notifier Notifier
}

// Dispatcher knows who gets what.
type Dispatcher struct {
	receivers []Receiver
	now       func() time.Time

	mu   sync.Mutex
	sent map[string]time.Time
}

func NewDispatcher(receivers ...Receiver) *Dispatcher {
	return &Dispatcher{receivers: receivers, now: time.Now, sent: make(map[string]time.Time)}
}

// fresh tells whether an alert was not sent within the last minute.
func (d *Dispatcher) fresh(a *alert.Alert) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	key, now := a.Fingerprint(), d.now()
	if now.Sub(d.sent[key]) < time.Minute {
		return false
	}
	d.sent[key] = now
	return true
}

// Dispatch sends alerts to all receivers at the same time.
func (d *Dispatcher) Dispatch(ctx context.Context, alerts []*alert.Alert) error {
	var errs []error
	for _, a := range alerts {
		if a.Labels == nil {
			a.Labels = make(alert.LabelSet)
		}
		if d.fresh(a) {
			errs = append(errs, d.fanOut(ctx, a)...)
		}
	}
	return errors.Join(errs...)
}

func (d *Dispatcher) fanOut(ctx context.Context, a *alert.Alert) []error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
	)
	for _, r := range d.receivers {
		if r.Match != nil && !r.Match(a) {
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := r.Notifier.Notify(ctx, d.message(r, a)); err != nil {
				mu.Lock()
				errs = append(errs, fmt.Errorf("%s: %w", r.Name, err))
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	return errs
}

func (d *Dispatcher) message(r Receiver, a *alert.Alert) Message {
	return Message{
		Title:  a.Name,
		Labels: a.Labels.Merge(r.Labels),
		Over:   a.Resolved(d.now()),
	}
}
