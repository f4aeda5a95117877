// Finished jobs delete themselves from the scheduler's table, each in its own goroutine.
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
	lock    sync.Mutex
	wait    sync.WaitGroup
}

func (s *scheduler) finish(id int) {
	s.lock.Lock()
	defer s.lock.Unlock()
	delete(s.pending, id)
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
