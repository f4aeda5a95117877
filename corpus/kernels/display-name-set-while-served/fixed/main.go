// The display name is set before requests ask for it.
package main

import (
	"fmt"
	"sync"
)

type Site struct {
	mu   sync.Mutex
	name string
	hits int
}

func (s *Site) SetName(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name = name
}

func (s *Site) Greeting() string {
	return "welcome to " + s.name
}

func (s *Site) Visit() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits++
	return s.hits
}

func main() {
	site := &Site{}
	site.SetName("home")
	var running sync.WaitGroup
	for range 4 {
		running.Add(1)
		go func() {
			defer running.Done()
			for range 200 {
				if site.Visit() < 0 || site.Greeting() == "" {
					fmt.Println("nobody")
				}
			}
		}()
	}
	running.Wait()
}
