package main

import (
	"fmt"
	"time"
)

// Stats counts what happens, by name.
type Stats struct {
	counts map[string]int
}

// Follow counts the events until there are no more, and prints the counts now and then.
func (s *Stats) Follow(events <-chan string, every time.Duration) {
	go func() {
		for {
			time.Sleep(every)
			for name, count := range s.counts {
				fmt.Println(name, count)
			}
		}
	}()
	for event := range events {
		s.counts[event]++
	}
}
