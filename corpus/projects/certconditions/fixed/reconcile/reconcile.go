// Package reconcile renews certificates before they end.
package reconcile

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.com/projects/certconditions/fixed/api"
	"example.com/projects/certconditions/fixed/cache"
)

type Options struct {
	Workers     int
	RenewBefore time.Duration
	Now         func() time.Time
}

type Reconciler struct {
	opts  Options
	cache *cache.Cache
	queue chan string
}

func New(c *cache.Cache, opts Options) *Reconciler {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	opts.Workers = max(opts.Workers, 1)
	return &Reconciler{opts: opts, cache: c, queue: make(chan string, 256)}
}

func (r *Reconciler) Enqueue(name string) {
	select {
	case r.queue <- name:
	default:
		slog.Warn("queue is full", "certificate", name)
	}
}

// Run blocks until ctx is done.
func (r *Reconciler) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for range r.opts.Workers {
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case name := <-r.queue:
					r.handle(name)
				}
			}
		})
	}
	wg.Wait()
}

func (r *Reconciler) handle(name string) {
	err := r.reconcile(name)
	switch {
	case errors.Is(err, cache.ErrNotFound):
	case errors.Is(err, cache.ErrConflict):
		r.Enqueue(name)
	case err != nil:
		slog.Error("reconcile", "certificate", name, "err", err)
	}
}

func (r *Reconciler) reconcile(name string) error {
	obj, err := r.cache.Get(name)
	if err != nil {
		return err
	}
	crt := *obj
	crt.Status.Conditions = slices.Clone(obj.Status.Conditions)
	now := r.opts.Now()
	changed := false
	if now.Add(r.opts.RenewBefore).After(crt.Status.NotAfter) {
		crt.Status.Revision++
		crt.Status.NotAfter = now.Add(90 * 24 * time.Hour)
		changed = true
	}
	changed = api.SetCondition(&crt.Status.Conditions, r.ready(&crt, now)) || changed
	if !changed {
		return nil
	}
	return r.cache.Update(&crt)
}

func (r *Reconciler) ready(crt *api.Certificate, now time.Time) api.Condition {
	c := api.Condition{Type: api.Ready, True: true, Reason: "Issued", Changed: now}
	if len(crt.Spec.DNSNames) == 0 {
		c.True, c.Reason = false, "NoNames"
	}
	return c
}
