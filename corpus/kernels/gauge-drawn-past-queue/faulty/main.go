// One of two watchers changes what is shown past the queue of the screen.

// want CT1106 CT1105 CT1112
package main

import (
	"fmt"
	"sync"
)

type updates interface {
	QueueUpdate(update func())
}

type Screen struct {
	queue chan func()
}

func (s *Screen) QueueUpdate(update func()) {
	s.queue <- update
}

func (s *Screen) run() {
	for update := range s.queue {
		update()
	}
}

var shown string

func watch(screen updates, watchers *sync.WaitGroup) {
	go func() {
		defer watchers.Done()
		for n := range 100 {
			screen.QueueUpdate(func() {
				shown = fmt.Sprint("file ", n) // race: write
			})
		}
	}()
	go func() {
		defer watchers.Done()
		for n := range 100 {
			shown = fmt.Sprint("tick ", n) // race: write
		}
	}()
}

func main() {
	screen := &Screen{queue: make(chan func())}
	go screen.run()
	var watchers sync.WaitGroup
	watchers.Add(2)
	watch(screen, &watchers)
	watchers.Wait()
}
