// Two ways to stop a server, each of which closes the channel.
package main

import (
	"sync"
	"time"
)

type Server struct {
	quit chan struct{}
}

func (s *Server) Stop() { close(s.quit) }

func (s *Server) onSignal() { s.Stop() }
func (s *Server) onError()  { s.Stop() }

func main() {
	s := &Server{quit: make(chan struct{})}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { defer wg.Done(); s.onSignal() }()
	go func() { defer wg.Done(); time.Sleep(time.Millisecond); s.onError() }()
	wg.Wait()
}
