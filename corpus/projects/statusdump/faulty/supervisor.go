package statusdump

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Task is a component that runs until its context is done.
type Task interface {
	Name() string
	Run(ctx context.Context, ready func()) error
}

// Supervisor starts tasks again when they fail.
type Supervisor struct {
	tracker *Tracker
	backoff time.Duration
	tasks   []Task
}

func NewSupervisor(t *Tracker, backoff time.Duration, tasks ...Task) *Supervisor {
	return &Supervisor{tracker: t, backoff: backoff, tasks: tasks}
}

// Run returns when all tasks have ended.
func (s *Supervisor) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, task := range s.tasks {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.keep(ctx, task)
		}()
	}
	wg.Wait()
}

func (s *Supervisor) keep(ctx context.Context, task Task) {
	for ctx.Err() == nil {
		s.tracker.Set(task.Name(), Starting, "")
		err := s.runOnce(ctx, task)
		if errors.Is(err, context.Canceled) {
			return
		}
		s.tracker.Set(task.Name(), Failed, fmt.Sprint(err))
		select {
		case <-ctx.Done():
		case <-time.After(s.backoff):
		}
	}
}

func (s *Supervisor) runOnce(ctx context.Context, task Task) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return task.Run(ctx, func() { s.tracker.Set(task.Name(), Ready, "") })
}
