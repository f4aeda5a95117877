// The object is stored where others see it, then filled.
package main

import "sync/atomic"

type config struct{ timeout int }

var current atomic.Pointer[config]

func reload(timeout int) {
	c := &config{}
	c.timeout = timeout
	current.Store(c)
}

func timeout() int {
	if c := current.Load(); c != nil {
		return c.timeout
	}
	return 0
}

func main() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range 1000 {
			reload(n)
		}
	}()
	for range 1000 {
		timeout()
	}
	<-done
}
