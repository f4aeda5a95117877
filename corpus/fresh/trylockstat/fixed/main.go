// The sampler gives up for this round when TryLock fails.

package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

type Gauge struct {
	mu   sync.Mutex
	last float64
	n    int
}

func (g *Gauge) Set(v float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = v
	g.n++
}

// Sample stores v unless somebody else is busy with the gauge.
func (g *Gauge) Sample(v float64) {
	if !g.mu.TryLock() {
		return
	}
	defer g.mu.Unlock()
	g.last = v
}

func (g *Gauge) Read() (float64, int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last, g.n
}

type sampler struct {
	g    *Gauge
	stop chan struct{}
	wg   sync.WaitGroup
}

func (s *sampler) loop() {
	defer s.wg.Done()
	for {
		select {
		case <-s.stop:
			return
		default:
			s.g.Sample(float64(runtime.NumGoroutine()))
		}
	}
}

func main() {
	s := &sampler{g: &Gauge{}, stop: make(chan struct{})}
	s.wg.Add(2)
	go s.loop()
	go s.loop()
	end := time.Now().Add(20 * time.Millisecond)
	for i := 0; time.Now().Before(end); i++ {
		s.g.Set(float64(i))
		if i%10 == 0 {
			s.g.Read()
		}
	}
	close(s.stop)
	s.wg.Wait()
	_, n := s.g.Read()
	fmt.Println("sets:", n > 0)
}
