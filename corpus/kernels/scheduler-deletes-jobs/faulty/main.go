// Finished jobs delete themselves from the scheduler's table, each in its own goroutine.
// want CT1001 CT1002
package main

import (
	"sync"
	"time"
)

type job struct {
	id    int
	every time.Duration
	do    func()
}

type scheduler struct {
	pending map[int]*job
	wait    sync.WaitGroup
}

func (s *scheduler) finish(id int) {
	delete(s.pending, id) // race: write
}

func (s *scheduler) start(jobs ...*job) {
	for _, j := range jobs {
		s.pending[j.id] = j
	}
	for _, j := range jobs {
		s.wait.Go(func() {
			j.do()
			s.finish(j.id)
		})
	}
}

func main() {
	s := &scheduler{pending: make(map[int]*job)}
	nothing := func() {}
	s.start(&job{1, time.Second, nothing}, &job{2, time.Second, nothing}, &job{3, time.Minute, nothing})
	s.wait.Wait()
	if len(s.pending) != 0 {
		panic("jobs are left")
	}
}
