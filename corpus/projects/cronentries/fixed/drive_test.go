//go:build drive

package cron

import (
	"context"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	c := New(Recover(), SkipIfRunning(), Timeout(time.Second))
	id := c.Add("a", Every(time.Millisecond), JobFunc(func(context.Context) error { return nil }))
	c.Add("b", Daily{Hour: 3}, JobFunc(func(context.Context) error { return nil }))
	c.Start()
	defer c.Stop()
	for range 50 {
		if _, err := c.Entry(id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Microsecond)
	}
	_ = c.Entries()
}
