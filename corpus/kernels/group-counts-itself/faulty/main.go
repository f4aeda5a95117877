// Each upload counts itself in, so the summary may be made before the first one has begun.
// want CT1112 CT1105 CT1301
package main

import (
	"fmt"
	"sync"
)

type upload struct {
	name string
	size int
	err  error
}

type session struct {
	pending sync.WaitGroup
	sent    []*upload
}

func (s *session) send(u *upload) {
	s.pending.Add(1)
	defer s.pending.Done()
	if u.size == 0 {
		u.err = fmt.Errorf("%s is empty", u.name) // race: write
	}
}

func (s *session) start(name string, size int) *upload {
	u := &upload{name: name, size: size}
	s.sent = append(s.sent, u)
	go s.send(u)
	return u
}

func main() {
	for range 50 {
		s := &session{}
		u := s.start("empty.txt", 0)
		s.pending.Wait()
		if u.err != nil { // race: read
			fmt.Println(u.err)
		}
	}
}
