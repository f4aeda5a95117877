// One goroutine adds atomically, another reads the same word plainly.
package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

type stats struct {
	hits int64
}

func (s *stats) hit() { // fault: write
	atomic.AddInt64(&s.hits, 1)
}

func (s *stats) print() {
	fmt.Println(s.hits) // fault: read
}

func main() {
	s := &stats{}
	go func() {
		for n := 0; n < 1000; n++ {
			s.hit()
		}
	}()
	for n := 0; n < 3; n++ {
		s.print()
		time.Sleep(time.Millisecond)
	}
}
