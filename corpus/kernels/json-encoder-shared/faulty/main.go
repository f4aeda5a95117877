// Event goroutines share one json.Encoder over a buffered writer.
// want CT1115 CT1102
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"sync"
)

type event struct {
	Kind string
	At   int
}

type sink struct {
	enc *json.Encoder
}

func (s *sink) emit(e event) error {
	return s.enc.Encode(e) // race: write
}

func main() {
	s := &sink{enc: json.NewEncoder(bufio.NewWriter(io.Discard))}
	var sources sync.WaitGroup
	for _, kind := range []string{"login", "logout", "purchase"} {
		sources.Go(func() {
			for at := range 50 {
				if err := s.emit(event{kind, at}); err != nil {
					panic(err)
				}
			}
		})
	}
	sources.Wait()
}
