// The supervisor runs each probe in a goroutine, through an interface that many types implement. One of
// them writes down its last results, and whoever asks for a report reads them meanwhile.
package main

import (
	"fmt"
	"sync"
	"time"
)

type probe interface {
	watch(stop <-chan struct{})
	name() string
	size() int
}

type disk struct{ free int }

func (d *disk) name() string               { return "disk" }
func (d *disk) size() int                  { return 1 }
func (d *disk) watch(stop <-chan struct{}) { <-stop }

type memory struct{ used int }

func (m *memory) name() string               { return "memory" }
func (m *memory) size() int                  { return 1 }
func (m *memory) watch(stop <-chan struct{}) { <-stop }

type load struct{ avg int }

func (l *load) name() string               { return "load" }
func (l *load) size() int                  { return 1 }
func (l *load) watch(stop <-chan struct{}) { <-stop }

type uptime struct{ seconds int }

func (u *uptime) name() string               { return "uptime" }
func (u *uptime) size() int                  { return 1 }
func (u *uptime) watch(stop <-chan struct{}) { <-stop }

type links struct {
	mu      sync.Mutex
	latency map[string]time.Duration
}

func (l *links) name() string { return "links" }

func (l *links) watch(stop <-chan struct{}) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
			l.mu.Lock()
			l.latency[fmt.Sprint("host", i%20)] = time.Duration(i)
			l.mu.Unlock()
		}
	}
}

func (l *links) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for range l.latency {
		n++
	}
	return n
}

type supervisor struct {
	probes []probe
	stop   chan struct{}
}

func (s *supervisor) add(p probe) { s.probes = append(s.probes, p) }

func (s *supervisor) start() {
	for _, p := range s.probes {
		go p.watch(s.stop)
	}
}

func (s *supervisor) report() {
	for {
		for _, p := range s.probes {
			time.Sleep(time.Duration(p.size()))
		}
	}
}

func main() {
	l := &links{latency: make(map[string]time.Duration)}
	s := &supervisor{stop: make(chan struct{})}
	for _, p := range []probe{&disk{}, &memory{}, &load{}, &uptime{}, l} {
		s.add(p)
	}
	s.start()
	go s.report()
	time.Sleep(200 * time.Millisecond)
	close(s.stop)
}
