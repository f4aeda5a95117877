package main

import "time"

type stream struct {
	out  chan int
	quit chan struct{}
}

func (s *stream) produce() {
	for i := 0; ; i++ {
		s.out <- i
	}
}

func (s *stream) stop() {
	close(s.quit)
	close(s.out)
}

func main() {
	s := &stream{out: make(chan int, 4), quit: make(chan struct{})}
	go s.produce()
	go func() {
		for range s.out {
		}
	}()
	time.Sleep(10 * time.Millisecond)
	s.stop()
	time.Sleep(time.Second)
}
