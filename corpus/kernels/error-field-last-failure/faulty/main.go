// The last error is an interface field: the poller sets it, the health page reads it.
// want CT1112 CT1105
package main

import (
	"errors"
	"fmt"
)

type poller struct {
	lastErr error
	ask     func(round int) error
}

func (p *poller) run(rounds int, ended chan<- struct{}) {
	for round := range rounds {
		err := p.ask(round)
		p.lastErr = err // race: write
	}
	close(ended)
}

func (p *poller) health() string {
	if p.lastErr != nil { // race: read
		return fmt.Sprintf("degraded: %v", p.lastErr)
	}
	return "ok"
}

func main() {
	p := &poller{ask: func(round int) error {
		if round%3 == 0 {
			return errors.New("refused")
		}
		return nil
	}}
	ended := make(chan struct{})
	go p.run(100, ended)
	for range 50 {
		_ = p.health()
	}
	<-ended
}
