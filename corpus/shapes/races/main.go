// Command races, built with -race, makes reports whose shape its argument names. It is written for
// Go 1.18, the last one whose detector reports a side of which it has forgotten the stack.
//
//	races shared         both sides are in the same method, called from two places
//	races lost           one side did too much since for its stack to be known
package main

import (
	"os"
	"time"
)

type session struct{ user string }

//go:noinline
func (s *session) rename(to string) { s.user = to }

//go:noinline
func touch(words []int, i int) { words[i%len(words)] = i }

func fromRequest(s *session) { s.rename("request") }

func fromTimer(s *session) { s.rename("timer") }

func shared() {
	s := &session{}
	go fromTimer(s)
	time.Sleep(50 * time.Millisecond)
	fromRequest(s)
}

func lost() {
	s := &session{}
	go func() {
		s.rename("early")
		words := make([]int, 8)
		for i := 0; i < 20_000_000; i++ {
			touch(words, i)
		}
		time.Sleep(2 * time.Second)
	}()
	time.Sleep(1500 * time.Millisecond)
	s.rename("late")
}

func main() {
	switch os.Args[1] {
	case "shared":
		shared()
	case "lost":
		lost()
	}
}
