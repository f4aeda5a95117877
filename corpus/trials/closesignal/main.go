// Workers wait for jobs at a condition; Close wakes one of them.
package main

import (
	"net/http"
	"sync"
	"time"
)

type jobs struct {
	mu      sync.Mutex
	more    *sync.Cond
	list    []int
	closed  bool
	running sync.WaitGroup
}

func newJobs() *jobs {
	j := &jobs{}
	j.more = sync.NewCond(&j.mu)
	return j
}

func (j *jobs) worker() {
	defer j.running.Done()
	for {
		j.mu.Lock()
		for len(j.list) == 0 && !j.closed {
			j.more.Wait()
		}
		if len(j.list) == 0 {
			j.mu.Unlock()
			return
		}
		j.list = j.list[1:]
		j.mu.Unlock()
	}
}

func (j *jobs) add(id int) {
	j.mu.Lock()
	j.list = append(j.list, id)
	j.mu.Unlock()
	j.more.Signal()
}

func (j *jobs) close() {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	j.more.Signal()
	j.running.Wait()
}

func main() {
	go http.ListenAndServe("127.0.0.1:0", nil)
	j := newJobs()
	for i := 0; i < 8; i++ {
		j.running.Add(1)
		go j.worker()
	}
	for i := 0; i < 100; i++ {
		j.add(i)
	}
	time.Sleep(100 * time.Millisecond)
	j.close()
}
