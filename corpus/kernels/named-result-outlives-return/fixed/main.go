// A goroutine assigns a named result after the function has returned on its deadline.
package main

import (
	"errors"
	"time"
)

var errLate = errors.New("too late")

var ended = make(chan struct{})

func fetch(limit time.Duration) (string, error) {
	done := make(chan string, 1)
	go func() {
		defer close(ended)
		time.Sleep(5 * time.Millisecond)
		done <- "payload"
	}()
	select {
	case body := <-done:
		return body, nil
	case <-time.After(limit):
		return "", errLate
	}
}

func main() {
	fetch(time.Millisecond)
	<-ended
}
