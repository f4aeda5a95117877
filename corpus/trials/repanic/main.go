// A middleware logs a panic and panics again; the panic was a write to a map of a nil session.
package main

import (
	"fmt"
	"os"
)

type session struct{ values map[string]string }

type server struct{ sessions map[string]*session }

func (s *server) set(id, key, value string) { s.sessions[id].values[key] = value }

func logged(f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintln(os.Stderr, "level=error msg=\"request failed\" err=", r)
			panic(r)
		}
	}()
	f()
}

func main() {
	s := &server{sessions: map[string]*session{"a": {}}}
	done := make(chan bool)
	go func() {
		logged(func() { logged(func() { s.set("a", "cart", "3") }) })
		close(done)
	}()
	<-done
}
