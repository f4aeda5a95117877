// Serve adds the listener through a locked helper.

package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

type fakeListener struct {
	fds  chan int
	once sync.Once
	done chan struct{}
}

func (l *fakeListener) Accept() (int, error) {
	select {
	case fd := <-l.fds:
		return fd, nil
	case <-l.done:
		return 0, errors.New("use of closed listener")
	case <-time.After(50 * time.Millisecond):
		return 0, errors.New("accept: timed out")
	}
}

func (l *fakeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func main() {
	for range 5 {
		s := &Server{}
		errs := make(chan error, 3)
		for i := range 3 {
			l := &fakeListener{fds: make(chan int, 1), done: make(chan struct{})}
			l.fds <- i
			go func() { errs <- s.Serve(l) }()
		}
		time.Sleep(time.Millisecond)
		if err := s.Close(); err != nil {
			fmt.Println(err)
		}
		for range 3 {
			<-errs
		}
	}
	fmt.Println("closed")
}
