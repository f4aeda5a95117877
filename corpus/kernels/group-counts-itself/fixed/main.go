// Uploads are counted before they start.
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
	defer s.pending.Done()
	if u.size == 0 {
		u.err = fmt.Errorf("%s is empty", u.name)
	}
}

func (s *session) start(name string, size int) *upload {
	u := &upload{name: name, size: size}
	s.sent = append(s.sent, u)
	s.pending.Add(1)
	go s.send(u)
	return u
}

func main() {
	for range 50 {
		s := &session{}
		u := s.start("empty.txt", 0)
		s.pending.Wait()
		if u.err != nil {
			fmt.Println(u.err)
		}
	}
}
