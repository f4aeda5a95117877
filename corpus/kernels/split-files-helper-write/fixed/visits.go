package main

import "sync"

type visits struct {
	mu     sync.Mutex
	byPath map[string]int
}

func newVisits() *visits { return &visits{byPath: map[string]int{}} }

func (v *visits) note(path string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.bump(path, 1)
}

func (v *visits) bump(path string, by int) { v.byPath[path] += by }

func (v *visits) count(path string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.byPath[path]
}
