package main

import "time"

// leak asks with a time-out that is shorter than the answer takes.
func leak(fixed bool) {
	until(func() {
		room := 0
		if fixed {
			room = 1
		}
		lookup(room)
	})
}

func lookup(room int) {
	answer := make(chan int, room)
	go func() {
		time.Sleep(10 * time.Millisecond)
		answer <- 1
	}()
	select {
	case <-answer:
	case <-time.After(5 * time.Millisecond):
	}
}
