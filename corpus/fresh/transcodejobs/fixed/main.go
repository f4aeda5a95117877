// The producer stamps the job before it sends it.

package main

import (
	"fmt"
	"sync"
	"time"
)

type Job struct {
	Input   string
	Profile string
	Queued  time.Time
}

type Farm struct {
	jobs chan *Job
	mu   sync.Mutex
	wait time.Duration
	done int
	wg   sync.WaitGroup
}

func NewFarm(encoders int) *Farm {
	f := &Farm{jobs: make(chan *Job, 4)}
	f.wg.Add(encoders)
	for range encoders {
		go f.encoder()
	}
	return f
}

func (f *Farm) encoder() {
	defer f.wg.Done()
	for j := range f.jobs {
		f.finish(j)
	}
}

func (f *Farm) finish(j *Job) {
	w := time.Since(j.Queued)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wait += w
	f.done++
}

func (f *Farm) Submit(in, profile string) {
	j := &Job{Input: in, Profile: profile}
	j.Queued = time.Now()
	f.jobs <- j
}

func (f *Farm) Drain() int {
	close(f.jobs)
	f.wg.Wait()
	return f.done
}

func main() {
	f := NewFarm(3)
	for i := range 300 {
		f.Submit(fmt.Sprintf("clip-%03d.mov", i), "720p")
	}
	fmt.Println("encoded", f.Drain())
}
