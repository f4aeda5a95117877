// The display name is changed while requests ask for it.

// want CT1112 CT1105
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
	s.name = name // race: write
}

func (s *Site) Greeting() string {
	return "welcome to " + s.name // race: read
}

func (s *Site) Visit() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits++
	return s.hits
}

func rename(site *Site, names []string) {
	for range 100 {
		for _, name := range names {
			site.SetName(name)
		}
	}
}

func main() {
	site := &Site{name: "home"}
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
	rename(site, []string{"office", "garden", "cellar"})
	running.Wait()
}
