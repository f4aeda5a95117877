package main

import (
	"sync"
	"time"
)

type entry struct {
	val string
	at  time.Time
}

type Store struct {
	OnEvict func(key, val string)

	mu   sync.Mutex
	data map[string]entry
	quit chan struct{}
	done chan struct{}
}

func New(ttl time.Duration) *Store {
	s := &Store{data: map[string]entry{}, quit: make(chan struct{}), done: make(chan struct{})}
	go s.janitor(ttl)
	return s
}

func (s *Store) Set(k, v string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data[k] = entry{v, time.Now()}
}

func (s *Store) janitor(ttl time.Duration) {
	defer close(s.done)
	t := time.NewTicker(ttl / 4)
	defer t.Stop()
	for {
		select {
		case <-s.quit:
			return
		case now := <-t.C:
			s.sweep(now.Add(-ttl))
		}
	}
}

func (s *Store) sweep(before time.Time) {
	hook := s.OnEvict // race: read
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, e := range s.data {
		if e.at.Before(before) {
			delete(s.data, k)
			if hook != nil {
				hook(k, e.val)
			}
		}
	}
}

func (s *Store) Close() {
	close(s.quit)
	<-s.done
}
