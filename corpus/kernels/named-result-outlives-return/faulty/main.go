// A goroutine assigns a named result after the function has returned on its deadline.
// want CT1103 CT1102
package main

import (
	"errors"
	"time"
)

var errLate = errors.New("too late")

var ended = make(chan struct{})

func fetch(limit time.Duration) (body string, err error) {
	done := make(chan struct{})
	go func() {
		defer close(ended)
		time.Sleep(5 * time.Millisecond)
		body = "payload" // race: write
		close(done)
	}()
	select {
	case <-done:
		return body, nil
	case <-time.After(limit):
		return "", errLate // race: write
	}
}

func main() {
	fetch(time.Millisecond)
	<-ended
}
