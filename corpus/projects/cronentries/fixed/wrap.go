package cron

import (
	"context"
	"fmt"
	"log"
	"sync/atomic"
	"time"
)

// Wrapper changes how a job is run.
type Wrapper func(name string, j Job) Job

// Recover turns panics into errors.
func Recover() Wrapper {
	return func(name string, j Job) Job {
		return JobFunc(func(ctx context.Context) (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("panic: %v", p)
				}
			}()
			return j.Run(ctx)
		})
	}
}

// SkipIfRunning does not run a job that still runs.
func SkipIfRunning() Wrapper {
	return func(name string, j Job) Job {
		var busy atomic.Bool
		return JobFunc(func(ctx context.Context) error {
			if !busy.CompareAndSwap(false, true) {
				log.Printf("cron: %s still runs", name)
				return nil
			}
			defer busy.Store(false)
			return j.Run(ctx)
		})
	}
}

// Timeout ends a job after a while.
func Timeout(d time.Duration) Wrapper {
	return func(_ string, j Job) Job {
		return JobFunc(func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, d)
			defer cancel()
			return j.Run(ctx)
		})
	}
}
