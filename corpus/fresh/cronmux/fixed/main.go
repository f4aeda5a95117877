// The reporter guards its total with a mutex.

package main

import (
	"fmt"
	"sync"
)

type Job struct {
	Name string
	Run  func() error
}

type Scheduler struct {
	jobs []Job
}

func (s *Scheduler) Register(name string, run func() error) {
	s.jobs = append(s.jobs, Job{name, run})
}

func (s *Scheduler) Tick() (failed []string) {
	errs := make([]error, len(s.jobs))
	var wg sync.WaitGroup
	for i, j := range s.jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = j.Run()
		}()
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			failed = append(failed, s.jobs[i].Name)
		}
	}
	return failed
}

type invoice struct{ cents int }

type reporter struct {
	open, paid []invoice

	mu    sync.Mutex
	total int
}

func (r *reporter) sumOpen() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, in := range r.open {
		r.total += in.cents
	}
	return nil
}

func (r *reporter) sumPaid() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, in := range r.paid {
		r.total -= in.cents
	}
	return nil
}

func main() {
	r := &reporter{}
	for i := range 200 {
		r.open = append(r.open, invoice{i * 100})
		r.paid = append(r.paid, invoice{i * 90})
	}
	s := &Scheduler{}
	s.Register("open", r.sumOpen)
	s.Register("paid", r.sumPaid)
	for range 10 {
		if f := s.Tick(); len(f) > 0 {
			fmt.Println("failed:", f)
		}
	}
	fmt.Println("balance is set:", r.total != 1)
}
