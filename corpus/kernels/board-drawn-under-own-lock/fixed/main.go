// The screen draws the board's downloads under its own lock, and the board changes them under its own.
package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

type Board struct {
	mu        sync.Mutex
	downloads map[string]int
}

func (b *Board) Update(name string, percent int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if percent < 100 {
		b.downloads[name] = percent
	} else {
		delete(b.downloads, name)
	}
}

type Screen struct {
	mu    sync.Mutex
	board *Board
	lines []string
	stop  chan struct{}
}

func (s *Screen) refresh() {
	for {
		select {
		case <-s.stop:
			return
		case <-time.After(10 * time.Microsecond):
			s.draw()
		}
	}
}

func (s *Screen) draw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = s.lines[:0]
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	for name, percent := range s.board.downloads {
		s.lines = append(s.lines, fmt.Sprintf("%s %s", name, strings.Repeat("#", percent/10)))
	}
}

func (s *Screen) Lines() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.lines)
}

func main() {
	board := &Board{downloads: map[string]int{}}
	screen := &Screen{board: board, stop: make(chan struct{})}
	go screen.refresh()
	for i := range 2000 {
		board.Update(fmt.Sprint("file", i%7), i%101)
		if i%100 == 0 {
			time.Sleep(50 * time.Microsecond)
		}
	}
	close(screen.stop)
	fmt.Println(screen.Lines() < 100)
}
