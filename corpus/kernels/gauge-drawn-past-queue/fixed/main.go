// Both watchers change what is shown by way of the queue of the screen.
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
				shown = fmt.Sprint("file ", n)
			})
		}
	}()
	go func() {
		defer watchers.Done()
		for n := range 100 {
			screen.QueueUpdate(func() {
				shown = fmt.Sprint("tick ", n)
			})
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
