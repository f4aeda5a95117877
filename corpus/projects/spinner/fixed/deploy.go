package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/projects/spinner/fixed/ui"
)

type step struct {
	name string
	run  func(ctx context.Context) error
}

type deployment struct {
	spinner *ui.Spinner
	steps   []step
	retries int
}

func (d *deployment) run(ctx context.Context) error {
	d.spinner.Start("preparing")
	defer d.spinner.Stop()
	for i, s := range d.steps {
		d.spinner.Update("[%d/%d] %s", i+1, len(d.steps), s.name)
		if err := d.attempt(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

func (d *deployment) attempt(ctx context.Context, s step) error {
	var errs []error
	for try := range d.retries + 1 {
		err := s.run(ctx)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
		d.spinner.Update("%s failed, try %d", s.name, try+2)
		select {
		case <-ctx.Done():
			return errors.Join(append(errs, ctx.Err())...)
		case <-time.After(time.Duration(try) * 10 * time.Millisecond):
		}
	}
	return errors.Join(errs...)
}
