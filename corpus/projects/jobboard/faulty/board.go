package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Runner does one kind of job.
type Runner interface {
	Run(ctx context.Context, arg string, report func(percent int, line string)) error
}

type sleepRunner struct {
	step  time.Duration
	steps int
}

func (s sleepRunner) Run(ctx context.Context, arg string, report func(int, string)) error {
	for i := range s.steps {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(s.step):
			report((i+1)*100/s.steps, fmt.Sprintf("%s: step %d", arg, i))
		}
	}
	return nil
}

// Board has all jobs.
type Board struct {
	runners map[string]Runner
	queue   chan *Job

	mu   sync.Mutex
	jobs []*Job
}

func NewBoard(runners map[string]Runner) *Board {
	return &Board{runners: runners, queue: make(chan *Job, 64)}
}

// Start runs the workers.
func (b *Board) Start(ctx context.Context, workers int) {
	for range workers {
		go func() {
			for {
				select {
				case <-ctx.Done():
					return
				case j := <-b.queue:
					j.begin()
					j.end(b.runners[j.kind].Run(ctx, j.arg, j.report))
				}
			}
		}()
	}
}

var errFull = errors.New("too many jobs")

// Submit puts a job in the queue.
func (b *Board) Submit(kind, arg string) (*Job, error) {
	if b.runners[kind] == nil {
		return nil, fmt.Errorf("no kind %q", kind)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	j := &Job{id: fmt.Sprintf("j%d", len(b.jobs)), kind: kind, arg: arg, info: info{State: Queued}}
	select {
	case b.queue <- j:
	default:
		return nil, errFull
	}
	b.jobs = append(b.jobs, j)
	return j, nil
}

// Jobs lists all jobs.
func (b *Board) Jobs() []*Job {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]*Job(nil), b.jobs...)
}

// Job returns the job of the name, or nil.
func (b *Board) Job(id string) *Job {
	for _, j := range b.Jobs() {
		if j.ID() == id {
			return j
		}
	}
	return nil
}
