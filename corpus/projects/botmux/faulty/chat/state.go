package chat

import (
	"slices"
	"sync"
)

// State knows who was seen where.
type State struct {
	mu       sync.RWMutex
	channels map[string]map[string]int
}

func newState() *State { return &State{channels: make(map[string]map[string]int)} }

func (s *State) seen(m *Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	users := s.channels[m.Channel]
	if users == nil {
		users = make(map[string]int)
		s.channels[m.Channel] = users
	}
	users[m.User]++
}

// Users lists the users of a channel.
func (s *State) Users(channel string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []string
	for u := range s.channels[channel] {
		out = append(out, u)
	}
	slices.Sort(out)
	return out
}
