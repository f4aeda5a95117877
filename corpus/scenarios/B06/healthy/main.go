// Looks alike: a pool of workers at rest. Each waits for the next job, and all end when the
// channel is closed.
package main

import (
	"os"
	"os/signal"
	"sync"
)

type pool struct {
	jobs chan func()
	wg   sync.WaitGroup
}

func start(workers int) *pool {
	p := &pool{jobs: make(chan func(), workers)}
	for i := 0; i < workers; i++ {
		p.wg.Add(1)
		go p.work()
	}
	return p
}

func (p *pool) work() {
	defer p.wg.Done()
	for job := range p.jobs {
		job()
	}
}

func main() {
	p := start(24)
	for i := 0; i < 1000; i++ {
		p.jobs <- func() {}
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
	close(p.jobs)
	p.wg.Wait()
}
