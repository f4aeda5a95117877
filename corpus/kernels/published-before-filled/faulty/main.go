// The object is stored where others see it, then filled.
// want CT1110 CT1106 CT1105
package main

import "sync/atomic"

type config struct{ timeout int }

var current atomic.Pointer[config]

func reload(timeout int) {
	c := &config{}
	current.Store(c)
	c.timeout = timeout // race: write
}

func timeout() int {
	if c := current.Load(); c != nil {
		return c.timeout // race: read
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
