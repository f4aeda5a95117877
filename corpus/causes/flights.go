package main

import (
	"sync"
	"time"
)

// flights lets requests for the same thing share one flight.
type flights struct {
	mu   sync.Mutex
	open map[string]*flight
}

type flight struct {
	done  sync.WaitGroup
	value string
}

// do flies for all that ask for key meanwhile.
func (f *flights) do(key string, fly func() string) string {
	f.mu.Lock()
	if shared, ok := f.open[key]; ok {
		f.mu.Unlock()
		shared.done.Wait()
		return shared.value
	}
	own := new(flight)
	own.done.Add(1)
	f.open[key] = own
	f.mu.Unlock()
	own.value = fly()
	f.mu.Lock()
	delete(f.open, key)
	f.mu.Unlock()
	own.done.Done()
	return own.value
}

// circle has users that need their team, and teams that need their owner, each in a flight. Teams
// have no owner at first.
func circle(fixed bool) {
	s := &people{flights: flights{open: map[string]*flight{}}, fixed: fixed}
	s.owned = time.Now().Add(length / 4)
	for range 4 {
		go s.serve(s.user)
		go s.serve(s.team)
	}
	time.Sleep(length)
}

type people struct {
	flights
	owned time.Time
	fixed bool
}

func (s *people) serve(ask func() string) {
	until(func() {
		ask()
		time.Sleep(time.Millisecond)
	})
}

func (s *people) user() string {
	return s.do("user", s.loadUser)
}

func (s *people) team() string {
	return s.do("team", s.loadTeam)
}

// loadUser needs the team.
func (s *people) loadUser() string {
	time.Sleep(3 * time.Millisecond)
	return s.team()
}

// loadTeam needs its owner, who is a user; mended, it names the owner only.
func (s *people) loadTeam() string {
	time.Sleep(time.Millisecond)
	if time.Now().Before(s.owned) {
		return "nobody"
	}
	if s.fixed {
		return "owner 1"
	}
	return s.user()
}
