// A handler notes its end in a map by a deferred closure. When it panics, the closure runs while
// the panic unwinds, and meets the other handlers in the map.
package main

import "fmt"

type server struct {
	finished map[int]string
}

func (s *server) handle(id int) {
	outcome := "ok"
	defer func() {
		if cause := recover(); cause != nil {
			outcome = fmt.Sprint(cause)
		}
	}()
	defer func() {
		s.finished[id%1000] = outcome // fault: write
	}()
	if id%2 == 0 {
		panic("bad request")
	}
}

func main() {
	s := &server{finished: map[int]string{}}
	for i := 0; i < 4; i++ {
		go func(first int) {
			for id := first; ; id++ {
				s.handle(id)
			}
		}(i)
	}
	select {}
}
