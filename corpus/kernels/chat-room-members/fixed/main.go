// Members join a chat room from their connections' goroutines while broadcasts walk the map.
package main

import (
	"io"
	"sync"
)

type member struct{ out io.Writer }

type room struct {
	mu      sync.RWMutex
	members map[string]*member
}

func (r *room) join(nick string, m *member) {
	r.mu.Lock()
	r.members[nick] = m
	r.mu.Unlock()
}

func (r *room) leave(nick string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.members, nick)
}

func (r *room) broadcast(line string) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, m := range r.members {
		io.WriteString(m.out, line)
	}
}

type session struct {
	room *room
	nick string
}

func (s *session) run(done *sync.WaitGroup) {
	defer done.Done()
	for range 20 {
		s.room.join(s.nick, &member{out: io.Discard})
		s.room.broadcast(s.nick + " joined\n")
		s.room.leave(s.nick)
	}
}

func main() {
	lobby := &room{members: make(map[string]*member)}
	var done sync.WaitGroup
	for _, nick := range []string{"ada", "grace", "linus", "ken", "rob"} {
		s := &session{lobby, nick}
		done.Add(1)
		go s.run(&done)
	}
	done.Wait()
}
