//go:build drive

package main

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"example.com/projects/spinner/fixed/ui"
)

func TestDrive(t *testing.T) {
	n := 0
	slow := step{"slow", func(context.Context) error {
		time.Sleep(time.Millisecond)
		if n++; n%3 != 0 {
			return errors.New("no")
		}
		return nil
	}}
	d := &deployment{spinner: ui.NewSpinner(io.Discard, ui.WithDelay(100*time.Microsecond)), retries: 3}
	for range 20 {
		d.steps = append(d.steps, slow)
	}
	if err := d.run(context.Background()); err != nil {
		t.Fatal(err)
	}
}
