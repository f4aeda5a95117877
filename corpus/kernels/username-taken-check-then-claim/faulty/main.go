// Two sign-ups find the name free in one critical section and claim it in another.
// want CT1005
package main

import (
	"errors"
	"runtime"
	"sync"
)

var errTaken = errors.New("name is taken")

type directory struct {
	mu    sync.Mutex
	owner map[string]int
}

func (d *directory) free(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, taken := d.owner[name] // race: read
	return !taken
}

func (d *directory) claim(name string, id int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.owner[name] = id // race: write
}

func signUp(d *directory, name string, id int) error {
	if !d.free(name) {
		return errTaken
	}
	runtime.Gosched()
	d.claim(name, id)
	return nil
}

func main() {
	for range 200 {
		d := &directory{owner: map[string]int{}}
		outcomes := make(chan error, 4)
		for id := range 4 {
			go func() { outcomes <- signUp(d, "root", id) }()
		}
		claimed := 0
		for range 4 {
			if <-outcomes == nil {
				claimed++
			}
		}
		if claimed != 1 {
			panic("one name has several owners")
		}
	}
}
