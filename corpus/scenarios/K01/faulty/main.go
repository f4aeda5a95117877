// A reader finds the value missing and asks for the write lock without giving up the read lock.
package main

import (
	"fmt"
	"sync"
)

type settings struct {
	mu     sync.RWMutex
	values map[string]string
}

func (s *settings) get(key string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	value, ok := s.values[key]
	if !ok {
		value = s.load(key) // fault: holds
	}
	return value
}

func (s *settings) load(key string) string {
	s.mu.Lock() // fault: waits
	defer s.mu.Unlock()
	s.values[key] = "loaded"
	return s.values[key]
}

func main() {
	s := &settings{values: map[string]string{}}
	fmt.Println(s.get("colour"))
}
