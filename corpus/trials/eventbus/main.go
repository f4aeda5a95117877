// The handler of an event subscribes to another one. EventBus (March 2018) calls handlers under the lock
// that Subscribe takes.
package main

import (
	"fmt"

	"github.com/asaskevich/EventBus"
)

type shop struct{ bus EventBus.Bus }

func (s *shop) ordered(id int) {
	s.bus.Subscribe("paid", s.paid)
}

func (s *shop) paid(id int) { fmt.Println("paid", id) }

func main() {
	s := &shop{bus: EventBus.New()}
	s.bus.Subscribe("ordered", s.ordered)
	s.bus.Publish("ordered", 7)
}
