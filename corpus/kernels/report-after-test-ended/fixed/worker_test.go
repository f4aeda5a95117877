// A goroutine of the test reports through t when the test may be over.
package worker

import (
	"sync/atomic"
	"testing"
	"time"
)

type fixture struct{ closed atomic.Bool }

func (f *fixture) Close() { f.closed.Store(true) }

func startWorker(t *testing.T, f *fixture, jobs <-chan int, stopped chan<- struct{}) {
	go func() {
		defer close(stopped)
		for job := range jobs {
			time.Sleep(3 * time.Millisecond)
			if f.closed.Load() {
				t.Errorf("job %d: the fixture is gone", job)
			}
		}
	}()
}

func TestWorker(t *testing.T) {
	f := &fixture{}
	defer f.Close()
	jobs := make(chan int, 1)
	stopped := make(chan struct{})
	startWorker(t, f, jobs, stopped)
	jobs <- 1
	close(jobs)
	<-stopped
}

func TestOther(t *testing.T) {
	time.Sleep(20 * time.Millisecond)
}
