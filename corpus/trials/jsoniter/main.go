// A status is encoded while its labels change.
package main

import (
	"encoding/json"
	"fmt"
	"io"
)

type Status struct {
	Name   string
	Labels map[string]string
}

func publish(s *Status) {
	for {
		json.NewEncoder(io.Discard).Encode(s)
	}
}

func update(s *Status) {
	for i := 0; ; i++ {
		s.Labels[fmt.Sprint(i%50)] = "x"
	}
}

func main() {
	s := &Status{Labels: map[string]string{}}
	go publish(s)
	update(s)
}
