// The look-up takes the snapshot that the goroutine hands out.

// Package cron runs jobs at intervals. All methods may be called while it runs.
package cron

import (
	"context"
	"fmt"
	"log"
	"sort"
	"sync"
	"time"
)

// ID names an entry.
type ID int

// Job is what is run.
type Job interface {
	Run(ctx context.Context) error
}

// JobFunc is a function as a job.
type JobFunc func(ctx context.Context) error

func (f JobFunc) Run(ctx context.Context) error { return f(ctx) }

// Schedule says when a job is next.
type Schedule interface{ Next(time.Time) time.Time }

// Every is a fixed interval.
type Every time.Duration

func (e Every) Next(t time.Time) time.Time { return t.Add(time.Duration(e)) }

// Daily is a time of day.
type Daily struct{ Hour, Minute int }

func (d Daily) Next(t time.Time) time.Time {
	n := time.Date(t.Year(), t.Month(), t.Day(), d.Hour, d.Minute, 0, 0, t.Location())
	if !n.After(t) {
		n = n.AddDate(0, 0, 1)
	}
	return n
}

// Entry is a job with its times.
type Entry struct {
	ID         ID
	Name       string
	Next, Prev time.Time
	Runs       int

	schedule Schedule
	job      Job
}

type byNext []*Entry

func (b byNext) Len() int           { return len(b) }
func (b byNext) Less(i, j int) bool { return b[i].Next.Before(b[j].Next) }
func (b byNext) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

// Cron is a scheduler.
type Cron struct {
	wrap []Wrapper
	now  func() time.Time
	jobs sync.WaitGroup

	add      chan *Entry
	remove   chan ID
	snapshot chan chan []Entry

	runningMu sync.Mutex
	running   bool
	nextID    ID
	entries   []*Entry
	ctx       context.Context
	cancel    context.CancelFunc
	stopped   chan struct{}
}

// New returns a scheduler that is not started.
func New(wrap ...Wrapper) *Cron {
	return &Cron{
		wrap: wrap, now: time.Now,
		add: make(chan *Entry), remove: make(chan ID), snapshot: make(chan chan []Entry),
	}
}

// Add puts a job in.
func (c *Cron) Add(name string, s Schedule, j Job) ID {
	for _, w := range c.wrap {
		j = w(name, j)
	}
	c.runningMu.Lock()
	defer c.runningMu.Unlock()
	c.nextID++
	e := &Entry{ID: c.nextID, Name: name, schedule: s, job: j}
	if c.running {
		c.add <- e
	} else {
		c.entries = append(c.entries, e)
	}
	return e.ID
}

// Remove takes a job out.
func (c *Cron) Remove(id ID) {
	c.runningMu.Lock()
	defer c.runningMu.Unlock()
	if c.running {
		c.remove <- id
	} else {
		c.removeEntry(id)
	}
}

// Entries returns a copy of all entries.
func (c *Cron) Entries() []Entry {
	c.runningMu.Lock()
	defer c.runningMu.Unlock()
	if c.running {
		reply := make(chan []Entry, 1)
		c.snapshot <- reply
		return <-reply
	}
	return c.copyEntries()
}

// Entry returns a copy of one entry.
func (c *Cron) Entry(id ID) (Entry, error) {
	for _, e := range c.Entries() {
		if e.ID == id {
			return e, nil
		}
	}
	return Entry{}, fmt.Errorf("cron: no entry %d", id)
}

// Start runs the scheduler in a goroutine.
func (c *Cron) Start() {
	c.runningMu.Lock()
	defer c.runningMu.Unlock()
	if c.running {
		return
	}
	c.running = true
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.stopped = make(chan struct{})
	go c.run(c.ctx, c.stopped)
}

// Stop ends the scheduler and waits for the jobs that still run.
func (c *Cron) Stop() {
	c.runningMu.Lock()
	defer c.runningMu.Unlock()
	if !c.running {
		return
	}
	c.running = false
	c.cancel()
	<-c.stopped
	c.jobs.Wait()
}

func (c *Cron) run(ctx context.Context, stopped chan<- struct{}) {
	defer close(stopped)
	now := c.now()
	for _, e := range c.entries {
		e.Next = e.schedule.Next(now)
	}
	for {
		sort.Sort(byNext(c.entries))
		wait := time.Hour
		if len(c.entries) > 0 {
			wait = max(c.entries[0].Next.Sub(c.now()), 0)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
			c.runDue(ctx, c.now())
		case e := <-c.add:
			timer.Stop()
			e.Next = e.schedule.Next(c.now())
			c.entries = append(c.entries, e)
		case id := <-c.remove:
			timer.Stop()
			c.removeEntry(id)
		case reply := <-c.snapshot:
			timer.Stop()
			reply <- c.copyEntries()
		}
	}
}

func (c *Cron) runDue(ctx context.Context, now time.Time) {
	for _, e := range c.entries {
		if e.Next.After(now) {
			break
		}
		job, name := e.job, e.Name
		c.jobs.Add(1)
		go func() {
			defer c.jobs.Done()
			if err := job.Run(ctx); err != nil {
				log.Printf("cron: %s: %v", name, err)
			}
		}()
		e.Prev = e.Next
		e.Next = e.schedule.Next(now)
		e.Runs++
	}
}

func (c *Cron) removeEntry(id ID) {
	kept := make([]*Entry, 0, len(c.entries))
	for _, e := range c.entries {
		if e.ID != id {
			kept = append(kept, e)
		}
	}
	c.entries = kept
}

func (c *Cron) copyEntries() []Entry {
	out := make([]Entry, len(c.entries))
	for i, e := range c.entries {
		out[i] = *e
	}
	return out
}
