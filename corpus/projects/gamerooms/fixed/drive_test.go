//go:build drive

package main

import (
	"io"
	"strings"
	"sync"
	"testing"

	"example.com/projects/gamerooms/fixed/game"
)

type rw struct {
	io.Reader
	io.Writer
}

func TestDrive(t *testing.T) {
	s := &server{room: game.NewRoom("r", 10)}
	s.room.Enter("x")
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			text := name + "\n" + strings.Repeat("find key\ngive x key\nboard\n", 200)
			if err := s.session(rw{strings.NewReader(text), io.Discard}); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
}
