// An option is set after the goroutine that reads it has been started.
package main

type Server struct {
	name string
	done chan int
}

func (s *Server) run() {
	s.done <- len(s.name)
}

func main() {
	s := &Server{done: make(chan int)}
	s.name = "edge"
	go s.run()
	<-s.done
}
