// The deferred closure takes the lock, as every other use of the map does.
package main

import (
	"fmt"
	"sync"
)

type server struct {
	mu       sync.Mutex
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
		s.mu.Lock()
		defer s.mu.Unlock()
		s.finished[id%1000] = outcome
	}()
	if id%2 == 0 {
		panic("bad request")
	}
}

func main() {
	s := &server{finished: map[int]string{}}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func(first int) {
			defer wg.Done()
			for id := first; id < 20_000; id++ {
				s.handle(id)
			}
		}(i)
	}
	wg.Wait()
	fmt.Println(len(s.finished))
}
