// The handler takes what the audit needs out of the request before it starts the goroutine.

package main

import (
	"fmt"
	"sync"
)

type Request struct {
	Method string
	Path   string
	User   string
}

type Handler interface {
	Serve(r *Request) int
}

type Server struct {
	h     Handler
	inbox chan [3]string
}

// loop answers requests one by one with a single reused Request.
func (s *Server) loop() (served int) {
	var req Request
	for raw := range s.inbox {
		req.Method, req.Path = raw[0], raw[1]
		req.User = raw[2]
		if s.h.Serve(&req) == 200 {
			served++
		}
	}
	return served
}

type trail struct {
	mu    sync.Mutex
	count map[string]int
	wg    sync.WaitGroup
}

func (t *trail) record(user string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count[user]++
}

type api struct {
	audit *trail
}

func (a *api) Serve(r *Request) int {
	if r.Method != "POST" {
		return 405
	}
	a.audit.wg.Add(1)
	user := r.User
	go func() {
		defer a.audit.wg.Done()
		a.audit.record(user)
	}()
	return 200
}

func main() {
	tr := &trail{count: map[string]int{}}
	srv := &Server{h: &api{audit: tr}, inbox: make(chan [3]string, 32)}
	for i := range 32 {
		srv.inbox <- [3]string{"POST", "/orders", fmt.Sprintf("user%d", i)}
	}
	close(srv.inbox)
	n := srv.loop()
	tr.wg.Wait()
	fmt.Println("served", n)
}
