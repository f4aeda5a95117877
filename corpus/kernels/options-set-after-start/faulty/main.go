// An option is set after the goroutine that reads it has been started.
// want CT1105 CT1106 CT1110
package main

type Server struct {
	name string
	done chan int
}

func (s *Server) run() {
	s.done <- len(s.name) // race: read
}

func main() {
	s := &Server{done: make(chan int)}
	go s.run()
	s.name = "edge" // race: write
	<-s.done
}
