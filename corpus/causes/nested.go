package main

import (
	"time"

	"golang.org/x/sync/singleflight"
)

// nested has folders that are loaded with the folders above them, each in a flight. The topmost is
// above itself, so the flight for it waits until it has landed. Mended, the topmost is above
// nothing, and takes long: those below it wait in their flights for one that another flies.
func nested(fixed bool) {
	f := &folders{fixed: fixed, full: time.Now().Add(length / 4)}
	for _, name := range []string{"a", "b", "top"} {
		go until(func() {
			f.open(name)
			time.Sleep(time.Millisecond)
		})
	}
	time.Sleep(length)
}

type folders struct {
	flights singleflight.Group
	// Before there is no topmost folder.
	full  time.Time
	fixed bool
}

func (f *folders) open(name string) string {
	path, _, _ := f.flights.Do(name, func() (any, error) { return f.load(name), nil })
	return path.(string)
}

func (f *folders) load(name string) string {
	time.Sleep(time.Millisecond)
	switch {
	case time.Now().Before(f.full):
		return name
	case name == "top" && f.fixed:
		time.Sleep(2 * length)
		return name
	default:
		return f.open("top") + "/" + name
	}
}
